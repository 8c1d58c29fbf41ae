import CQLWire
import PosixIO
import Testing

@testable import CQLClient

/// A session and a watch against two scripted nodes that know of each other.
@Suite struct ClusterTests {
    /// What the two servers say; the second is reached under the name by which the first one's peers table calls it.
    private final class Cluster {
        /// Whether `system.peers` lists the second node.
        var hasSecond = true
        /// The tokens of the second node.
        var secondTokens = ["0"]
        var registrations: [ScriptedServer.Connection] = []
    }

    private static func rows(_ request: RequestFrame, _ cluster: Cluster, second: UInt16) -> Rows? {
        guard let query = request.query else { return nil }
        if query.contains("FROM system.local") {
            return SystemRows.rows(
                "local",
                [("data_center", .text), ("rack", .text), ("host_id", .uuid), ("tokens", .set(.text))],
                [[.text("dc1"), .text("r1"), .uuid(CQLUUID(high: 0, low: 1)), .set([.text("-100")])]]
            )
        }
        guard query.contains("FROM system.peers_v2") else { return nil }
        let columns: [(String, ColumnType)] = [
            ("native_address", .inet), ("native_port", .int), ("data_center", .text), ("host_id", .uuid),
            ("tokens", .set(.text)),
        ]
        let peer: [CQLValue?] = [
            CQLInet("127.0.0.1").map(CQLValue.inet), .int(Int32(second)), .text("dc1"),
            .uuid(CQLUUID(high: 0, low: 2)), .set(cluster.secondTokens.map(CQLValue.text)),
        ]
        return SystemRows.rows("peers_v2", columns, cluster.hasSecond ? [peer] : [])
    }

    private static func first(on loop: EventLoop, _ cluster: Cluster, second: UInt16) async throws -> ScriptedServer {
        try await ScriptedServer(on: loop) { request, connection in
            if let rows = rows(request, cluster, second: second) { return [.respond(.result(.rows(rows)))] }
            switch request.request {
            case .options: return [.respond(.supported(["CQL_VERSION": ["3.0.0"]]))]
            case .register: cluster.registrations.append(connection)
            default: break
            }
            return [.default]
        }
    }

    @Test func nodesAreLearnedFromTheFirst() async throws {
        try await onLane { lane in
            let second = try await ScriptedServer(on: lane.loop)
            let first = try await Self.first(on: lane.loop, Cluster(), second: second.port)
            let session = try await CQLSession.connect(.test(first.endpoint), on: lane.loop)
            #expect(session.board.topology.nodes.map(\.endpoint) == [first.endpoint, second.endpoint])
            #expect(session.board.topology.ring.positions.map(\.node) == [0, 1])
            #expect(session.board.isDivided)
            #expect(session.cluster.localNodeCount == 2)
        }
    }

    @Test func requestsGoToTheOwnerAndElsewhereWhenItIsDown() async throws {
        try await onLane { lane in
            let second = try await ScriptedServer(on: lane.loop)
            let first = try await Self.first(on: lane.loop, Cluster(), second: second.port)
            let session = try await CQLSession.connect(.test(first.endpoint), on: lane.loop)
            let table = TableSpec(keyspace: "k", table: "t")
            let owned = Route(table: table, token: Token(rawValue: -50))
            #expect(try await session.connection(for: owned).endpoint == second.endpoint)
            let others = Route(table: table, token: Token(rawValue: 50))
            #expect(try await session.connection(for: others).endpoint == first.endpoint)
            second.stopListening()
            for connection in second.connections { connection.stream.close() }
            let result = try await session.retrying(isIdempotent: true, route: owned) {
                connection throws(CQLError) in
                _ = try await connection.query("SELECT 1")
                return connection.endpoint
            }
            #expect(result == first.endpoint)
            // The broken connection is made again; that it cannot be shows that the node is down.
            #expect(try await session.connection(for: owned).endpoint == first.endpoint)
            #expect(session.board.statuses.downEndpoints == [second.endpoint])
        }
    }

    @Test func nodesThatAreAllDownAreNamed() async throws {
        try await onLane { lane in
            let servers = [try await ScriptedServer(on: lane.loop), try await ScriptedServer(on: lane.loop)]
            for server in servers { server.stopListening() }
            let failure = await error { () async throws(CQLError) in
                try await CQLSession.connect(.test(servers[0].endpoint, servers[1].endpoint), on: lane.loop)
            }
            let text = failure?.description ?? ""
            #expect(text.contains("none of the 2 CQL nodes"))
            #expect(servers.allSatisfy { text.contains("\($0.endpoint)") })
        }
    }

    /// Waits until the board has changed so often that `condition` holds.
    private static func wait(_ lane: isolated Lane, until condition: () -> Bool) async throws {
        while !condition() { try await lane.loop.sleep(for: .milliseconds(2)) }
    }

    /// Runs a watch beside the body of a test.
    private static func watching(
        _ lane: isolated Lane,
        _ body: @Sendable (isolated Lane, Cluster, ScriptedServer, ClusterBoard) async throws -> Void
    ) async throws {
        let cluster = Cluster()
        let second = try await ScriptedServer(on: lane.loop)
        let first = try await first(on: lane.loop, cluster, second: second.port)
        let session = try await CQLSession.connect(.test(first.endpoint), on: lane.loop)
        let board = session.board
        let configuration = session.configuration
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: lane.loop) {
                await lane.run { lane in await ClusterWatch(board, configuration, on: lane.loop).run() }
            }
            try await wait(lane) { cluster.registrations.count == 1 }
            try await body(lane, cluster, second, board)
            group.cancelAll()
        }
        session.close()
    }

    @Test func eventsMakeTheWatchReadTheNodesAgain() async throws {
        try await onLane { lane in
            try await Self.watching(lane) { lane, cluster, second, board in
                cluster.secondTokens = ["0", "1000"]
                let event = EventResponse.topologyChange(
                    "NEW_NODE",
                    InetAddressAndPort(address: [127, 0, 0, 1], port: Int32(second.port))
                )
                cluster.registrations[0].send(ResponseFrame(stream: .event, response: .event(event)))
                try await Self.wait(lane) { board.topology.ring.positions.count == 3 }
            }
        }
    }

    @Test func aNodeThatIsDownIsTriedUntilItAnswers() async throws {
        try await onLane { lane in
            try await Self.watching(lane) { lane, _, second, board in
                #expect(board.nodeFailed(second.endpoint))
                try await Self.wait(lane) { board.isUp(second.endpoint) }
            }
        }
    }

    @Test func aControlConnectionThatBreaksIsMadeAgainAndAsksForEventsAgain() async throws {
        try await onLane { lane in
            try await Self.watching(lane) { lane, cluster, _, _ in
                cluster.registrations[0].stream.close()
                try await Self.wait(lane) { cluster.registrations.count == 2 }
            }
        }
    }
}
