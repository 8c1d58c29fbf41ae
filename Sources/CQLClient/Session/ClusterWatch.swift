import CQLWire
package import PosixIO

/// Keeps a board true while others work by it: follows the events of the cluster, reads the nodes again when they
/// change, and tries nodes that are down until they answer.
///
/// It has a control connection of its own, which is made again elsewhere when it breaks. Confined to its loop.
package final class ClusterWatch {
    /// News for whoever looks at the run.
    package enum News: Equatable, Sendable {
        case nodeDown(Endpoint)
        case nodeUp(Endpoint)
    }

    /// Without events, the nodes are read again this often.
    private static let refreshInterval = Duration.seconds(60)
    private static let eventTypes = ["TOPOLOGY_CHANGE", "STATUS_CHANGE", "SCHEMA_CHANGE"]
    /// Several events often come together, and the tables behind them follow a little later.
    private static let settlingTime = Duration.milliseconds(500)

    private let session: CQLSession
    private let board: ClusterBoard
    private let signal: LoopSignal
    private let report: (News) -> Void
    private var watched: CQLConnection?
    private var refreshDue = ContinuousClock.now
    private var known: Set<Endpoint> = []
    private var failureCount = 0

    /// - Parameters:
    ///   - board: what is kept true.
    ///   - configuration: how to connect.
    ///   - loop: the loop that the caller runs on.
    ///   - report: told when a node goes down or comes up.
    package init(
        _ board: ClusterBoard,
        _ configuration: CQLConfiguration,
        on loop: EventLoop,
        report: @escaping (News) -> Void = { _ in }
    ) {
        self.board = board
        session = CQLSession(configuration, sharing: board, on: loop)
        signal = LoopSignal(on: loop)
        self.report = report
    }

    /// Watches until the task is cancelled.
    package func run() async {
        defer { session.close() }
        while !Task.isCancelled {
            do throws(CQLError) {
                try await step()
                failureCount = 0
            } catch {
                // Whoever writes reports what cannot be written; the watch goes on trying.
                watched = nil
                refreshDue = .now
                let pause = RetryDirective.delay(attempt: failureCount, jitter: Double.random(in: 0..<1))
                failureCount += 1
                do throws(TransportError) { try await session.loop.sleep(for: pause) } catch { return }
            }
            reportChanges()
        }
    }

    private func step() async throws(CQLError) {
        let connection = try await session.connection()
        if connection !== watched { try await follow(connection) }
        if refreshDue <= .now {
            refreshDue = .now + Self.refreshInterval
            try await session.readCluster()
            for keyspace in board.topology.replication.keys {
                _ = try await session.replicationOptions(of: keyspace)
            }
        }
        await probe()
        reportChanges()
        session.checkHeartbeats()
        let wake = [refreshDue, .now + .seconds(1), board.statuses.nextProbe].compactMap(\.self).min()
        do throws(TransportError) {
            try await signal.wait(until: wake, operation: "events", peer: connection.peer)
        } catch {
            return
        }
    }

    /// Asks a new control connection for events.
    private func follow(_ connection: CQLConnection) async throws(CQLError) {
        watched = connection
        connection.eventObserver = { [weak self] in self?.received($0) }
        do throws(CQLError) {
            try await connection.register(eventTypes: Self.eventTypes)
        } catch .server {
            // A server without events is asked for its nodes from time to time instead.
        }
        // What changed while nobody listened is not told again.
        refreshDue = .now
    }

    private func received(_ event: EventResponse) {
        switch event {
        case .statusChange("UP", let node):
            if let endpoint = endpoint(of: node) { board.nodeReportedUp(endpoint) }
        case .statusChange("DOWN", let node):
            // Hearsay: the node is tried, and writers find out by themselves.
            if let endpoint = endpoint(of: node), board.isUp(endpoint) { suspects.insert(endpoint) }
        case .statusChange: break
        case .topologyChange, .schemaChange: refreshDue = min(refreshDue, .now + Self.settlingTime)
        }
        signal.signal()
    }

    /// Nodes that the cluster takes for down.
    private var suspects: Set<Endpoint> = []

    private func endpoint(of node: InetAddressAndPort) -> Endpoint? {
        guard let address = CQLInet(bytes: node.address) else { return nil }
        let named = Endpoint.tcp(host: address.description, port: UInt16(truncatingIfNeeded: node.port))
        return board.topology.node(named)?.endpoint
    }

    /// Tries the nodes that are down, and those that are said to be.
    private func probe() async {
        let due = Set(board.statuses.dueProbes(at: .now)).union(suspects)
        suspects.removeAll()
        for endpoint in due {
            do throws(CQLConnectionError) {
                let made = try await CQLConnection.connect(to: endpoint, session.configuration, on: session.loop)
                board.nodeAnswered(endpoint, shards: made.sharding?.layout)
                made.close()
            } catch {
                if error.code == .cancelled { return }
                board.nodeFailed(endpoint)
            }
        }
    }

    private func reportChanges() {
        let down = board.statuses.downEndpoints
        for endpoint in down.subtracting(known) { report(.nodeDown(endpoint)) }
        for endpoint in known.subtracting(down) where board.topology.node(endpoint) != nil { report(.nodeUp(endpoint)) }
        known = down
    }
}
