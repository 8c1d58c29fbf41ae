package import CQLWire
package import PosixIO
import WireKit

/// Writes prepared rows to the shards that own them, as many at once as the links' windows permit, and sees each one
/// through: frames that failed are sent again, over another node if need be, until a server has taken or refused them.
///
/// The rows must be idempotent, which a write with an explicit timestamp is. Confined to its loop. The copy loop writes
/// into `windows` and calls `flush()`; answers arrive through the connections' read observers; what needs a pause or a
/// new connection is done by `service()`.
package final class BulkWriter {
    /// What is prepared: the statement, whose table it writes, and which of its values make up the partition key.
    private struct Statement {
        let query: String
        let table: TableSpec
        let partitionKey: [Int]
    }

    private static let checkInterval = Duration.seconds(1)
    /// News of tablets come by the hundred when a table is first written to; they are taken up together.
    private static let followInterval = Duration.milliseconds(50)
    /// With several links, fewer bytes than this wait for more.
    private static let flushByteCount = 16 << 10
    /// So many times at most.
    private static let flushPatience = 4

    private let configuration: CQLConfiguration
    private let board: ClusterBoard
    private let options: BulkOptions
    private let loop: EventLoop
    package let windows: BulkWindows
    private let progress: LoopSignal
    private var layout: LinkLayout
    private(set) var links: [BulkLink] = []
    private var connectors: [Endpoint: ShardConnector] = [:]
    private var statement: Statement?
    /// The statement's ids, by the nodes that have prepared it.
    private var prepared: [Endpoint: PreparedStatement] = [:]
    private var boardVersion = -1
    private var followDue = ContinuousClock.now
    private var hasConnected = false
    private var checkDue = ContinuousClock.now + checkInterval
    private var flushCount = 0

    private init(_ configuration: CQLConfiguration, _ board: ClusterBoard, _ options: BulkOptions, on loop: EventLoop) {
        self.configuration = configuration
        self.board = board
        self.options = options
        self.loop = loop
        windows = BulkWindows(grouping: options.grouping)
        layout = LinkLayout(connectionLimit: max(1, min(options.connectionLimit, options.requestLimit)))
        progress = LoopSignal(on: loop)
    }

    /// Connects to each node of the local datacentre that is up, to learn how it is divided.
    ///
    /// - Parameters:
    ///   - configuration: how to connect.
    ///   - board: the cluster, as far as it is known; nil takes the configuration's endpoints for its nodes.
    ///   - options: how much may be under way.
    ///   - loop: the loop that the caller runs on.
    /// - Returns: a writer without a statement: `prepare` comes next.
    /// - Throws: `CQLError` when no node accepts a connection.
    package static func connect(
        _ configuration: CQLConfiguration,
        board: ClusterBoard? = nil,
        options: BulkOptions = BulkOptions(),
        on loop: EventLoop
    ) async throws(CQLError) -> BulkWriter {
        let contacts = ClusterTopology(nodes: configuration.endpoints.map { ClusterNode(endpoint: $0) })
        let board = board ?? ClusterBoard(contacts)
        let writer = BulkWriter(configuration, board, options, on: loop)
        try await writer.addNodes()
        writer.hasConnected = true
        return writer
    }

    /// Ends all connections.
    package func close() {
        for link in links { link.connectionLost() }
        for connector in connectors.values { connector.closeSpares() }
    }

    /// Rows that the server has answered for since the writer was made.
    package var acknowledgedCount: Int { links.reduce(0) { $0 + $1.acknowledgedCount } }

    /// Whether something waits that only `service()` can do.
    package var needsService: Bool { boardVersion != board.version || links.contains { $0.needsService } }

    // MARK: Nodes

    /// Adds links for nodes that have none yet and can be connected to.
    ///
    /// - Throws: `CQLError` when there are no links at all then.
    private func addNodes() async throws(CQLError) {
        let isUp = board.statuses.isUp
        let fresh = board.topology.localNodes.map(\.endpoint).filter { !layout.includes($0) }
        var failures: [CQLConnectionError] = []
        var found: [(endpoint: Endpoint, shardCount: Int)] = []
        for endpoint in fresh where isUp(endpoint) || layout.targets.isEmpty && found.isEmpty {
            do throws(CQLConnectionError) {
                let connector = connector(endpoint)
                try await connector.learn()
                board.nodeAnswered(endpoint, shards: connector.shards)
                found.append((endpoint, connector.shards?.shardCount ?? 1))
            } catch {
                if error.code == .cancelled { throw .connection(error) }
                if case .cannotConnect = error.code { board.nodeFailed(endpoint) }
                failures.append(error)
            }
        }
        layout.add(found)
        while links.count < layout.targets.count {
            let window = options.makeWindow(linkCount: layout.targets.count)
            links.append(BulkLink(layout.targets[links.count], window, configuration, progress: progress))
            windows.add(window)
        }
        if links.isEmpty { throw .connection(CQLConnectionError(noneOf: failures)) }
    }

    private func connector(_ endpoint: Endpoint) -> ShardConnector {
        if let known = connectors[endpoint] { return known }
        let made = ShardConnector(endpoint, configuration, on: loop)
        connectors[endpoint] = made
        return made
    }

    /// Follows what has become known of the cluster: new nodes get links, rows go to the owners of now, and links whose
    /// node is back return to it.
    private func followBoard() async throws(CQLError) {
        guard boardVersion != board.version, followDue <= .now else { return }
        followDue = .now + Self.followInterval
        if hasConnected { try await addNodes() }
        boardVersion = board.version
        makeRouter()
        for (index, link) in links.enumerated() where link.connection != nil && !link.isAtHome {
            if board.isUp(link.target.endpoint) { leave(index) }
        }
    }

    private func makeRouter() {
        guard let statement, links.count > 1 else {
            windows.router = nil
            return
        }
        let ownership = board.ownership(of: statement.table)
        guard !ownership.ranges.isEmpty else {
            windows.router = nil
            return
        }
        let board = board
        windows.router = TokenRouter(ownership, layout) { board.shards(of: $0) }
    }

    // MARK: Statement

    /// Prepares the statement of the rows to come; all earlier rows must have been answered.
    ///
    /// - Parameters:
    ///   - query: an INSERT, UPDATE or DELETE that is idempotent.
    ///   - table: whose rows it writes.
    ///   - partitionKey: which of its values make up the partition key, in the key's order.
    /// - Throws: `CQLError` when the server refuses it, or no node can be reached.
    package func prepare(
        _ query: String,
        table: TableSpec = TableSpec(keyspace: "", table: ""),
        partitionKey: [Int] = [0]
    ) async throws(CQLError) {
        precondition(!links.contains { $0.isBusy }, "a statement is changed only when all rows are answered")
        if statement?.query == query, links.contains(where: \.isReady) { return }
        statement = Statement(query: query, table: table, partitionKey: partitionKey)
        prepared.removeAll()
        for (index, link) in links.enumerated() {
            link.forgetStatement()
            windows.setTemplate(nil, of: index)
        }
        boardVersion = -1
        followDue = .now
        try await followBoard()
        // Whether it can be prepared at all is found out now; the other links follow when rows come for them.
        let first = links.firstIndex { $0.connection != nil } ?? links.firstIndex { board.isUp($0.target.endpoint) }
        try await open(first ?? 0)
    }

    /// Gives a link a connection and the statement, and sends what was in flight once more.
    private func open(_ index: Int, resendingAll: Bool = true) async throws(CQLError) {
        let link = links[index]
        var attempt = 0
        while true {
            do throws(CQLError) {
                if link.connection == nil || link.connection?.failure != nil {
                    leave(index)
                    link.adopt(try await establish(link))
                }
                if let statement, let connection = link.connection { try await prepare(statement, link, connection) }
                break
            } catch {
                let directive = directive(for: error, attempt: attempt)
                attempt += 1
                guard directive != .giveUp else { throw error }
                try await pause(directive)
            }
        }
        link.window.isWanted = false
        windows.setTemplate(link.template, of: index)
        if resendingAll { link.resendAll() }
    }

    private func prepare(
        _ statement: Statement,
        _ link: BulkLink,
        _ connection: CQLConnection
    ) async throws(CQLError) {
        let known: PreparedStatement
        if let before = prepared[connection.endpoint] {
            known = before
        } else {
            known = try await connection.prepare(statement.query)
            if let other = prepared.values.first, other.markers != known.markers {
                throw .statementChanged(query: statement.query)
            }
            prepared[connection.endpoint] = known
        }
        let template = RowTemplate(
            id: Array(known.id.bytes),
            consistency: configuration.consistency,
            version: connection.version.rawValue,
            isBatching: options.grouping.isBatching
        )
        try link.adopt(template, query: statement.query, version: connection.version.rawValue)
    }

    /// Leaves a link's connection; what is in flight on it is sent again over the next one.
    private func leave(_ index: Int) {
        // A node whose connection broke may have been restarted, and not know the statement any more.
        if let endpoint = links[index].connection?.endpoint { prepared[endpoint] = nil }
        links[index].connectionLost()
        windows.setTemplate(nil, of: index)
    }

    /// Makes a connection for a link: to its own node, or to another that passes its rows on, with pauses that grow.
    private func establish(_ link: BulkLink) async throws(CQLError) -> CQLConnection {
        var attempt = 0
        while true {
            var failures: [CQLConnectionError] = []
            for endpoint in candidates(for: link) {
                do throws(CQLConnectionError) {
                    return try await connect(link, to: endpoint)
                } catch {
                    if error.code == .cancelled { throw .connection(error) }
                    if case .cannotConnect = error.code { board.nodeFailed(endpoint) }
                    failures.append(error)
                }
            }
            let error = CQLError.connection(CQLConnectionError(noneOf: failures))
            let directive = directive(for: error, attempt: attempt)
            attempt += 1
            guard directive != .giveUp else { throw error }
            try await pause(directive)
        }
    }

    private func connect(_ link: BulkLink, to endpoint: Endpoint) async throws(CQLConnectionError) -> CQLConnection {
        // Nodes that divide their data alike have a row in shards of the same number.
        let made = try await connector(endpoint).connect(to: link.target.shard)
        guard made.reserveStreams(count: link.window.streamCount, for: link) else {
            throw CQLConnectionError(.noFreeStream, peer: made.peer)
        }
        made.payloadObserver = { [weak self] payload, _ in self?.payloadReceived(payload) }
        board.nodeAnswered(endpoint, shards: made.sharding?.layout)
        return made
    }

    /// A link's own node, then the others; nodes that are down come last.
    private func candidates(for link: BulkLink) -> [Endpoint] {
        let statuses = board.statuses
        let others = board.topology.localNodes.map(\.endpoint).filter { $0 != link.target.endpoint }
        let all = [link.target.endpoint] + others
        let up = all.filter(statuses.isUp)
        return up.isEmpty ? all : up
    }

    private func payloadReceived(_ payload: BytesMap) {
        // A payload that cannot be read is no reason to give up a connection whose answers can.
        guard let statement, let routing = (try? TabletRouting(payload: payload)) ?? nil else { return }
        board.learn(routing, of: statement.table)
    }

    private func directive(for error: CQLError, attempt: Int) -> RetryDirective {
        RetryDirective(
            for: error,
            isIdempotent: true,
            attempt: attempt,
            jitter: Double.random(in: 0..<1),
            limit: configuration.attemptLimit
        )
    }

    private func pause(_ directive: RetryDirective) async throws(CQLError) {
        guard case .backOff(let duration) = directive else { return }
        do throws(TransportError) {
            try await loop.sleep(for: duration)
        } catch {
            throw .connection(CQLConnectionError(.cancelled, peer: ""))
        }
    }

    // MARK: Sending

    /// Hands everything that was written to the connections.
    package func flush() {
        flushCount = 0
        for link in links { link.flush() }
    }

    /// Hands what was written to the connections, where it is enough to be worth a system call.
    package func flushWhatIsWorthIt() {
        flushCount += 1
        if links.count == 1 || flushCount >= Self.flushPatience { return flush() }
        for link in links where link.window.unsentByteCount >= Self.flushByteCount { link.flush() }
    }

    /// Writes one row whose values are ready: for the rows that the copy loop could not do alone.
    ///
    /// - Parameters:
    ///   - values: `<n><value>…`.
    ///   - timestamp: microseconds since 1970.
    /// - Returns: false when its window is full: wait for progress and try again.
    package func append(_ values: [UInt8], timestamp: Int64) -> Bool {
        var index = 0
        if let router = windows.router, let statement, let token = token(of: values, statement.partitionKey) {
            index = router.link(of: token.rawValue)
        }
        if links[index].append(values, timestamp: timestamp) { return true }
        windows.refused(index)
        return false
    }

    private func token(of values: [UInt8], _ partitionKey: [Int]) -> Token? {
        var reader = ByteReader(values)
        guard let count = try? reader.readInteger("count", as: UInt16.self) else { return nil }
        var components: [ArraySlice<UInt8>] = []
        for _ in 0..<count {
            guard let length = try? reader.readInteger("length", as: Int32.self) else { return nil }
            let bytes = length < 0 ? [] : (try? reader.readBytes(Int(length), "value")) ?? []
            components.append(bytes)
        }
        guard partitionKey.allSatisfy(components.indices.contains) else { return nil }
        return try? Token(components: partitionKey.map { components[$0] })
    }

    // MARK: Waiting

    /// Waits until answers have come, and does what they call for.
    ///
    /// A server that answers nothing at all during the request timeout is taken for dead: its connection is replaced.
    ///
    /// - Throws: `CQLError` when the rows cannot be written.
    package func waitForProgress() async throws(CQLError) {
        flush()
        if needsService {
            try await service()
            // The window that was waited for has just got its connection.
            if let full = windows.fullWindow, links[full].isReady, links[full].window.inFlightCount == 0 { return }
        }
        guard links.contains(where: \.isBusy) else { return }
        let deadline = ([checkDue, ContinuousClock.now + configuration.requestTimeout] + links.compactMap(\.nextRetry))
            .min()
        do throws(TransportError) {
            try await progress.wait(until: deadline, operation: "a write", peer: links[0].peer)
        } catch .cancelled {
            throw .connection(CQLConnectionError(.cancelled, peer: links[0].peer))
        } catch {
            // A retry is due, or the connections are to be looked at: `service()` does both.
        }
        try await service()
    }

    /// Waits until every row written so far is answered.
    ///
    /// - Throws: `CQLError` when the rows cannot be written.
    package func finish() async throws(CQLError) {
        flush()
        windows.clearFullWindow()
        while links.contains(where: \.isBusy) { try await waitForProgress() }
        try await service()
    }

    /// Whether the server has refused no row since the last `takeRefusals()`.
    package var refusalsAreEmpty: Bool { links.allSatisfy(\.refusals.isEmpty) }

    /// Rows that the server refused since the last call.
    package func takeRefusals() -> [BulkRefusal] { links.flatMap { $0.takeRefusals() } }

    /// Gives up what is in flight: its connections are closed, and the next `prepare` connects again.
    package func abandon() {
        var hasAbandoned = false
        for (index, link) in links.enumerated() where link.isBusy || link.failure != nil {
            hasAbandoned = true
            leave(index)
            link.abandon()
        }
        if hasAbandoned { statement = nil }
    }

    // MARK: Service

    /// Replaces lost connections, prepares forgotten statements again, sends what is due again, and follows the cluster.
    ///
    /// - Throws: `CQLError` when the rows cannot be written: the last connection attempt failed, or an error that no
    ///   repetition cures concerns more than a row.
    package func service() async throws(CQLError) {
        try await followBoard()
        let now = ContinuousClock.now
        let isCheckDue = checkDue <= now
        if isCheckDue { checkDue = now + Self.checkInterval }
        for (index, link) in links.enumerated() {
            if let failure = link.failure { throw failure }
            if isCheckDue { link.checkSilence(at: now) }
            if link.connection?.failure != nil { leave(index) }
            if !link.isReady, link.isBusy || link.window.isWanted { try await open(index) }
            if !link.unprepared.isEmpty, let connection = link.connection {
                prepared[connection.endpoint] = nil
                try await prepareAgain(index)
            }
            link.resendDue(at: now)
        }
    }

    private func prepareAgain(_ index: Int) async throws(CQLError) {
        let link = links[index]
        let before = link.connection
        try await open(index, resendingAll: false)
        if link.connection === before { link.resendUnprepared() } else { link.resendAll() }
    }
}
