import CQLWire
package import PosixIO
import WireKit

/// A client of a cluster on one loop: a control connection for the schema and for whatever has no place of its own, and
/// a pool per node for requests that know their partition.
///
/// Confined to its loop. Connections that break are made again, and requests are repeated as `RetryDirective` says.
package final class CQLSession {
    package let configuration: CQLConfiguration
    package let loop: EventLoop
    /// What the cluster said of itself when the session began.
    package private(set) var cluster = ClusterDescription()
    /// What is known of the cluster now; shared with the sessions and writers of other loops.
    package let board: ClusterBoard
    private var control: CQLConnection?
    /// The node that the control connection was taken away from last: it is the last to get it again.
    private var demoted: Endpoint?
    private var pools: [Endpoint: NodePool] = [:]
    private var routing: RoutingView
    private var heartbeatsDue = ContinuousClock.now + heartbeatCheckInterval

    private static let heartbeatCheckInterval = Duration.seconds(1)

    private init(_ configuration: CQLConfiguration, _ board: ClusterBoard, on loop: EventLoop) {
        self.configuration = configuration
        self.board = board
        self.loop = loop
        routing = RoutingView(board)
    }

    /// Connects to the first contact point that answers and asks what cluster it belongs to.
    ///
    /// - Throws: `CQLError` of the endpoint that came closest.
    package static func connect(
        _ configuration: CQLConfiguration,
        on loop: EventLoop
    ) async throws(CQLError) -> CQLSession {
        let contacts = configuration.endpoints.map { ClusterNode(endpoint: $0) }
        let board = ClusterBoard(ClusterTopology(nodes: contacts, localDatacentre: configuration.localDatacentre))
        let session = CQLSession(configuration, board, on: loop)
        session.cluster = try await session.readCluster()
        return session
    }

    /// Joins a cluster that another session knows already; connections are made when they are needed.
    package init(_ configuration: CQLConfiguration, sharing board: ClusterBoard, on loop: EventLoop) {
        self.configuration = configuration
        self.board = board
        self.loop = loop
        routing = RoutingView(board)
    }

    /// Ends all connections.
    package func close() {
        control?.close()
        control = nil
        for pool in pools.values { pool.close() }
        pools.removeAll()
    }

    // MARK: Control connection

    /// The control connection, or a new one, to wherever one can be had, when there is none or it has failed.
    ///
    /// - Throws: `CQLError` when no node accepts one.
    package func connection() async throws(CQLError) -> CQLConnection {
        if let control, control.failure == nil { return control }
        var failures: [CQLConnectionError] = []
        for endpoint in controlCandidates {
            do throws(CQLConnectionError) {
                let made = try await CQLConnection.connect(to: endpoint, configuration, on: loop)
                board.nodeAnswered(endpoint, shards: made.sharding?.layout)
                return adopt(made)
            } catch {
                if error.code == .cancelled { throw .connection(error) }
                if case .cannotConnect = error.code { board.nodeFailed(endpoint) }
                failures.append(error)
            }
        }
        throw .connection(CQLConnectionError(noneOf: failures))
    }

    /// The contact points in their order, then the nodes that were learned; of either those that are up first.
    private var controlCandidates: [Endpoint] {
        let statuses = board.statuses
        let learned = board.topology.localNodes.map(\.endpoint).filter { !configuration.endpoints.contains($0) }
        let all = configuration.endpoints + learned
        let rank = { [demoted] (endpoint: Endpoint) in statuses.isUp(endpoint) ? (endpoint == demoted ? 1 : 0) : 2 }
        return (0...2).flatMap { wanted in all.filter { rank($0) == wanted } }
    }

    /// Another task may have connected meanwhile; one connection is kept.
    private func adopt(_ made: CQLConnection) -> CQLConnection {
        if let control, control.failure == nil {
            made.close()
            return control
        }
        control = made
        made.payloadObserver = { [board] in Self.payloadReceived($0, $1, board) }
        return made
    }

    /// Takes up where a tablet is, which a server says when a request did not come there.
    private static func payloadReceived(_ payload: BytesMap, _ table: TableSpec?, _ board: ClusterBoard) {
        // A payload that cannot be read is no reason to give up a connection whose answers can.
        guard let table, let routing = (try? TabletRouting(payload: payload)) ?? nil else { return }
        board.learn(routing, of: table)
    }

    /// Reads the nodes again and tells the board.
    ///
    /// - Throws: `CQLError`.
    @discardableResult
    package func readCluster() async throws(CQLError) -> ClusterDescription {
        let cluster = try await ClusterDescription.read(from: try await connection())
        let known = board.topology
        var nodes = cluster.nodes
        // A node that was asked by its name keeps it, although others know it by its address.
        let names = Dictionary(known.nodes.compactMap { node in node.hostID.map { ($0, node.endpoint) } }) { $1 }
        for index in nodes.indices {
            if let name = nodes[index].hostID.flatMap({ names[$0] }) { nodes[index].endpoint = name }
        }
        let isFirst = known.nodes.allSatisfy { $0.datacentre.isEmpty }
        board.update(
            ClusterTopology(
                nodes: nodes,
                localDatacentre: configuration.localDatacentre ?? (isFirst ? nil : known.localDatacentre),
                replication: known.replication
            )
        )
        return cluster
    }

    // MARK: Routed connections

    /// A connection for requests about a partition: to its shard on the first of its replicas that can be reached.
    ///
    /// - Parameters:
    ///   - route: the partition; nil gives the control connection.
    ///   - skipping: nodes that have just failed to serve the request.
    /// - Returns: the connection, which leads elsewhere when the partition's own nodes are down.
    /// - Throws: `CQLError` when no node can be reached.
    package func connection(
        for route: Route?,
        skipping: Set<Endpoint> = []
    ) async throws(CQLError) -> CQLConnection {
        checkHeartbeats()
        guard let route, board.isDivided else { return try await connection() }
        var failures: [CQLConnectionError] = []
        let candidates = routing.candidates(for: route)
        let (skipped, wanted) = (
            candidates.filter { skipping.contains($0.endpoint) }, candidates.filter { !skipping.contains($0.endpoint) }
        )
        for candidate in wanted + skipped {
            do throws(CQLConnectionError) {
                return try await pool(of: candidate.endpoint).connection(for: route.token, inShard: candidate.shard)
            } catch {
                if error.code == .cancelled { throw .connection(error) }
                if case .cannotConnect = error.code { board.nodeFailed(candidate.endpoint) }
                failures.append(error)
            }
        }
        throw .connection(CQLConnectionError(noneOf: failures))
    }

    private func pool(of endpoint: Endpoint) -> NodePool {
        if let pool = pools[endpoint] { return pool }
        let pool = NodePool(endpoint, configuration, on: loop) { [board] made in
            board.nodeAnswered(endpoint, shards: made.sharding?.layout)
            made.payloadObserver = { Self.payloadReceived($0, $1, board) }
        }
        pools[endpoint] = pool
        return pool
    }

    /// Looks after quiet connections, at most once per second.
    package func checkHeartbeats() {
        let now = ContinuousClock.now
        guard now >= heartbeatsDue else { return }
        heartbeatsDue = now + Self.heartbeatCheckInterval
        control?.checkHeartbeat(at: now)
        for pool in pools.values { pool.checkHeartbeats(at: now) }
    }

    // MARK: Repetition

    /// Runs `body`, on new connections and after pauses as far as its errors and its idempotence permit.
    ///
    /// - Parameters:
    ///   - isIdempotent: whether it may be carried out twice.
    ///   - route: the partition that it is about; nil for whatever can be done anywhere.
    ///   - body: what to do with a connection.
    /// - Returns: what `body` returned.
    /// - Throws: the last error of `body`, or that of connecting.
    package func retrying<T>(
        isIdempotent: Bool,
        route: Route? = nil,
        _ body: (CQLConnection) async throws(CQLError) -> T
    ) async throws(CQLError) -> T {
        var attempt = 0
        var skipped: Set<Endpoint> = []
        while true {
            var used: CQLConnection?
            do throws(CQLError) {
                let connection = try await connection(for: route, skipping: skipped)
                used = connection
                return try await body(connection)
            } catch {
                let directive = RetryDirective(
                    for: error,
                    isIdempotent: isIdempotent,
                    attempt: attempt,
                    jitter: Double.random(in: 0..<1),
                    limit: configuration.attemptLimit
                )
                attempt += 1
                if directive != .giveUp, let used { await replaceIfSilent(used, after: error) }
                switch directive {
                case .giveUp: throw error
                // It was prepared again and is forgotten already, as where a server's cache is too small for all that
                // its clients prepare.
                case .rePrepare:
                    try await sleep(for: RetryDirective.delay(attempt: attempt - 1, jitter: Double.random(in: 0..<1)))
                case .retrySameHost: break
                case .retryNextHost: if let used { leave(used, &skipped) }
                case .backOff(let pause): try await sleep(for: pause)
                }
            }
        }
    }

    /// The next attempt goes to another node, if there is one.
    private func leave(_ connection: CQLConnection, _ skipped: inout Set<Endpoint>) {
        skipped.insert(connection.endpoint)
        guard connection === control, controlCandidates.count > 1 else { return }
        control?.close()
        control = nil
        // Not down: it answers, but cannot do this.
        demoted = connection.endpoint
    }

    /// A connection whose peer has vanished stays silent for ever: one that lets even OPTIONS wait is given up.
    private func replaceIfSilent(_ connection: CQLConnection, after error: CQLError) async {
        guard case .connection(let error) = error, case .requestTimedOut = error.code else { return }
        do throws(CQLError) {
            _ = try await connection.response(to: .options, timeout: min(configuration.requestTimeout, .seconds(5)))
        } catch {
            connection.close()
        }
    }

    func sleep(for pause: Duration) async throws(CQLError) {
        do throws(TransportError) {
            try await loop.sleep(for: pause)
        } catch {
            throw .connection(CQLConnectionError(.cancelled, peer: control?.peer ?? ""))
        }
    }
}
