import CQLWire
import EmbeddedCQL
import PosixIO
import TestSupport
import Testing
import WireKit

@testable import CQLClient

/// A writer with two nodes that each take every row: the links of one that is away are served by the other.
@Suite struct StandInTests {
    private static let keyspace = """
        CREATE KEYSPACE IF NOT EXISTS k WITH replication = {'class': 'NetworkTopologyStrategy', 'datacenter1': 1}
        """
    private static let table = "CREATE TABLE IF NOT EXISTS k.t (id bigint PRIMARY KEY, v text)"
    private static let spec = TableSpec(keyspace: "k", table: "t")

    private func endpoint(_ node: CQLNode) -> Endpoint { .tcp(host: "127.0.0.1", port: node.port) }

    /// Two nodes that do not know of each other, made one cluster by the board.
    private func withNodes(
        shards: Int? = nil,
        _ body: @Sendable (isolated Lane, [CQLNode], ClusterBoard, CQLConfiguration) async throws -> Void
    ) async throws {
        var options = NodeOptions()
        options.sharding = shards.map { NodeOptions.Sharding(shardCount: $0, shardAwarePort: 0) }
        var nodes: [CQLNode] = []
        for _ in 0..<2 {
            let listen = Endpoint.tcp(host: "127.0.0.1", port: try unusedPort())
            nodes.append(try await CQLNode.start(listen: listen, options: options))
        }
        let started = nodes
        try await onLane { lane in
            for node in started {
                let session = try await CQLSession.connect(.test(endpoint(node)), on: lane.loop)
                _ = try await session.changeSchema(Self.keyspace)
                _ = try await session.changeSchema(Self.table)
                session.close()
            }
            let tokens = [[Int64.min / 2, 0], [Int64.min / 4, Int64.max / 2]]
            let members = started.enumerated().map { index, node in
                ClusterNode(endpoint: endpoint(node), datacentre: "dc1", tokens: tokens[index].map(Token.init))
            }
            let board = ClusterBoard(ClusterTopology(nodes: members))
            try await body(lane, started, board, .test(endpoint(started[0]), endpoint(started[1])))
        }
        for node in started { await node.stop() }
    }

    private static let insert = "INSERT INTO k.t (id, v) VALUES (?, ?)"

    private func write(_ range: Range<Int>, _ statement: String = insert, over writer: BulkWriter) async throws {
        try await writer.prepare(statement, table: Self.spec, partitionKey: [0])
        for number in range {
            var values = ByteWriter()
            values.writeInteger(UInt16(2))
            values.writeInteger(Int32(8))
            values.writeInteger(Int64(number))
            values.writeInteger(Int32(0))
            while !writer.append(values.bytes, timestamp: 5) { try await writer.waitForProgress() }
        }
        try await writer.finish()
    }

    @Test func rowsOfANodeThatIsAwayGoThroughTheOtherUntilItIsBack() async throws {
        try await withNodes { lane, nodes, board, configuration in
            let writer = try await BulkWriter.connect(configuration, board: board, on: lane.loop)
            try await write(0..<1000, over: writer)
            let before = [await nodes[0].counters().writtenRows, await nodes[1].counters().writtenRows]
            #expect(before.allSatisfy { $0 > 200 })
            #expect(before.reduce(0, +) == 1000)
            await nodes[1].crash()
            try await write(1000..<2000, over: writer)
            #expect(writer.acknowledgedCount == 2000)
            #expect(board.statuses.downEndpoints == [endpoint(nodes[1])])
            #expect(
                writer.links.filter { $0.connection != nil }.allSatisfy {
                    $0.connection?.endpoint == endpoint(nodes[0])
                }
            )
            // The watch would find out; here it is told.
            try await nodes[1].restart()
            #expect(board.nodeAnswered(endpoint(nodes[1]), shards: nil))
            let away = await nodes[1].counters().writtenRows
            // A new statement takes up at once what has become known; in the middle of one that takes a moment.
            try await write(2000..<3000, Self.insert + " USING TTL 1000", over: writer)
            #expect(writer.acknowledgedCount == 3000)
            #expect(await nodes[1].counters().writtenRows > away + 200)
            #expect(writer.links.allSatisfy { $0.connection == nil || $0.isAtHome })
            writer.close()
        }
    }

    /// The nodes divide their data alike, so that a row has the same shard on both.
    @Test func rowsThatAStandInTakesArriveAtTheirShard() async throws {
        try await withNodes(shards: 4) { lane, nodes, board, configuration in
            for node in nodes {
                let shards = try await CQLConnection.connect(to: endpoint(node), configuration, on: lane.loop)
                board.nodeAnswered(endpoint(node), shards: shards.sharding?.layout)
                shards.close()
            }
            let writer = try await BulkWriter.connect(configuration, board: board, on: lane.loop)
            #expect(writer.links.count == 8)
            await nodes[1].crash()
            try await write(0..<1000, over: writer)
            #expect(writer.acknowledgedCount == 1000)
            let counters = await nodes[0].counters()
            #expect(counters.writtenRows == 1000)
            #expect(counters.otherShard == 0)
            writer.close()
        }
    }

    @Test func whenNoNodeIsLeftTheErrorNamesThemAll() async throws {
        try await withNodes { lane, nodes, board, configuration in
            var configuration = configuration
            configuration.attemptLimit = 1
            let writer = try await BulkWriter.connect(configuration, board: board, on: lane.loop)
            for node in nodes { await node.crash() }
            let failure = await error { () async throws(CQLError) in
                try await writer.prepare("INSERT INTO k.t (id, v) VALUES (?, ?)", table: Self.spec, partitionKey: [0])
            }
            let text = failure?.description ?? ""
            #expect(nodes.allSatisfy { text.contains("\(endpoint($0))") }, "\(text)")
            writer.close()
        }
    }
}
