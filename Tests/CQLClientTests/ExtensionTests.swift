import CQLWire
import EmbeddedCQL
import PosixIO
import Testing
import WireKit

@testable import CQLClient

/// What client and server agree on beside the protocol itself, over sockets.
@Suite struct ExtensionTests {
    private static let table = TableSpec(keyspace: "k", table: "t")

    /// `<n><value>` of a row whose only value is an int.
    private func values(_ number: Int) -> [UInt8] {
        var writer = ByteWriter()
        writer.writeInteger(UInt16(1))
        writer.writeInteger(Int32(4))
        writer.writeInteger(Int32(number))
        return writer.bytes
    }

    private func write(_ range: Range<Int>, over writer: BulkWriter) async throws {
        try await writer.prepare("INSERT INTO k.t (id) VALUES (?)", table: Self.table, partitionKey: [0])
        for number in range {
            while !writer.append(values(number), timestamp: 5) { try await writer.waitForProgress() }
        }
        try await writer.finish()
    }

    private func executeCount(_ server: ScriptedServer) -> Int {
        server.connections.flatMap(\.received).count { if case .execute = $0.request { true } else { false } }
    }

    private func startup(_ server: ScriptedServer) -> StringMap? {
        for frame in server.connections.flatMap(\.received) {
            if case .startup(let startup) = frame.request { return startup.options }
        }
        return nil
    }

    private static let hosts = [CQLUUID(high: 0, low: 1), CQLUUID(high: 0, low: 2)]

    /// One tablet for all tokens, at the second node.
    private static let allAtSecond = TabletRouting(
        tokenBefore: Token(rawValue: .min),
        lastToken: Token(rawValue: .max),
        replicas: [TabletRouting.Replica(host: hosts[1], shard: 0)]
    )

    /// By the ring, all tokens belong to the first node.
    private static func board(_ first: ScriptedServer, _ second: ScriptedServer) -> ClusterBoard {
        var members = zip([first, second], hosts).map { server, host in
            ClusterNode(endpoint: server.endpoint, hostID: host, datacentre: "dc1")
        }
        members[0].tokens = [Token(rawValue: 0)]
        return ClusterBoard(ClusterTopology(nodes: members))
    }

    /// All tokens belong to the first node by the ring; it says that the tablet is at the second.
    @Test func rowsGoWhereAServerSaysThatTheTabletIs() async throws {
        try await onLane { lane in
            let payload = try Self.allAtSecond.payload()
            let script: ScriptedServer.Script = { request, _ in
                switch request.request {
                case .options: [.respond(.supported(["CQL_VERSION": ["3.0.0"], "TABLETS_ROUTING_V1": []]))]
                case .execute:
                    [.frame(ResponseFrame(stream: request.stream, customPayload: payload, response: .result(.void)))]
                default: [.default]
                }
            }
            let first = try await ScriptedServer(on: lane.loop, script)
            let second = try await ScriptedServer(on: lane.loop) { request, connection in
                if case .execute = request.request { [.default] } else { script(request, connection) }
            }
            let board = Self.board(first, second)
            let writer = try await BulkWriter.connect(
                .test(first.endpoint, second.endpoint),
                board: board,
                on: lane.loop
            )
            try await write(0..<1, over: writer)
            #expect([executeCount(first), executeCount(second)] == [1, 0])
            #expect(startup(first)?["TABLETS_ROUTING_V1"] == "")
            // What was learned is taken up at the next statement, as it is after a moment in the middle of one.
            try await writer.prepare("INSERT INTO k.t (id) VALUES (?) USING TTL 9", table: Self.table)
            for number in 1..<50 {
                while !writer.append(values(number), timestamp: 5) { try await writer.waitForProgress() }
            }
            try await writer.finish()
            #expect([executeCount(first), executeCount(second)] == [1, 49])
            #expect(writer.acknowledgedCount == 50)
            writer.close()
        }
    }

    /// The same for requests one by one and for many at once; a node says it of every request that came to the wrong place.
    @Test(arguments: [true, false])
    func requestsGoWhereAServerSaysThatTheTabletIs(_ isPipelined: Bool) async throws {
        try await onLane { lane in
            let payload = try Self.allAtSecond.payload()
            let second = try await ScriptedServer(on: lane.loop)
            let first = try await ScriptedServer(on: lane.loop) { request, _ in
                switch request.request {
                case .execute:
                    [.frame(ResponseFrame(stream: request.stream, customPayload: payload, response: .result(.void)))]
                default: [.default]
                }
            }
            let board = Self.board(first, second)
            let session = CQLSession(.test(first.endpoint, second.endpoint), sharing: board, on: lane.loop)
            let statement = try await session.prepare("UPDATE k.t SET v = 1 WHERE id = ?")
            let row = [CQLValueBytes.bytes([0, 0, 0, 7])]
            for _ in 0..<3 {
                if isPipelined {
                    _ = try await session.executeAll(statement, rows: [row], isIdempotent: true)
                } else {
                    _ = try await session.execute(statement, values: row, isIdempotent: true)
                }
            }
            #expect([executeCount(first), executeCount(second)] == [1, 2])
            session.close()
        }
    }

    /// The code of the error is the server's to choose; the row that it limits is written later.
    @Test(arguments: [true, false])
    func aRateLimitIsWaitedFor(_ isRejectedByCoordinator: Bool) async throws {
        try await onLane { lane in
            let code = ErrorCode(rawValue: 0x4567)
            let refusal = ErrorResponse(
                code: code,
                message: "Per-partition rate limit reached for writes in table k.t",
                details: .rateLimited(.write, isRejectedByCoordinator: isRejectedByCoordinator)
            )
            let supported: StringMultimap = [
                "CQL_VERSION": ["3.0.0"], "SCYLLA_RATE_LIMIT_ERROR": ["ERROR_CODE=\(code.rawValue)"],
            ]
            let refused = RefusedOnce()
            let server = try await ScriptedServer(on: lane.loop) { request, _ in
                switch request.request {
                case .options: [.respond(.supported(supported))]
                case .execute: [.respond(refused.next() ? .error(refusal) : .result(.void))]
                case .query(let query) where query.query == "LIMITED": [.respond(.error(refusal))]
                default: [.default]
                }
            }
            let connection = try await CQLConnection.connect(to: server.endpoint, .test(), on: lane.loop)
            #expect(startup(server)?["SCYLLA_RATE_LIMIT_ERROR"] == "")
            let failure = await error { () async throws(CQLError) in try await connection.query("LIMITED") }
            guard case .server(let error) = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(error.code == code && error.details == refusal.details && error.message == refusal.message)
            let writer = try await BulkWriter.connect(.test(server.endpoint), on: lane.loop)
            try await write(0..<3, over: writer)
            #expect(executeCount(server) == 4)
            #expect(writer.acknowledgedCount == 3)
            writer.close()
        }
    }

    /// Says yes the first time only.
    private final class RefusedOnce {
        private var isFirst = true

        func next() -> Bool {
            defer { isFirst = false }
            return isFirst
        }
    }

    /// Rows that are written and read in compressed frames, by either algorithm.
    @Test(arguments: FrameCompression.allCases)
    func rowsTravelCompressed(_ compression: FrameCompression) async throws {
        let node = try await CQLNode.start(listen: .tcp(host: "127.0.0.1", port: 0))
        let text = String(repeating: "compressible ", count: 400)
        try await onLane { lane in
            var configuration = CQLConfiguration.test(.tcp(host: "127.0.0.1", port: node.port))
            configuration.compression = compression
            let session = try await CQLSession.connect(configuration, on: lane.loop)
            _ = try await session.changeSchema(
                "CREATE KEYSPACE k WITH replication = {'class': 'NetworkTopologyStrategy', 'datacenter1': 1}"
            )
            _ = try await session.changeSchema("CREATE TABLE k.t (id int PRIMARY KEY, v text)")
            let connection = try await CQLConnection.connect(
                to: configuration.endpoints[0],
                configuration,
                on: lane.loop
            )
            #expect(connection.compression == compression)
            connection.close()
            let writer = try await BulkWriter.connect(configuration, board: session.board, on: lane.loop)
            try await writer.prepare("INSERT INTO k.t (id, v) VALUES (?, ?)", table: Self.table, partitionKey: [0])
            for number in 0..<200 {
                var values = ByteWriter()
                values.writeInteger(UInt16(2))
                values.writeInteger(Int32(4))
                values.writeInteger(Int32(number))
                values.writeInteger(Int32(text.utf8.count))
                values.writeBytes(Array(text.utf8))
                while !writer.append(values.bytes, timestamp: 5) { try await writer.waitForProgress() }
            }
            try await writer.finish()
            writer.close()
            let rows = try await session.rows("SELECT id, v FROM k.t", StatementOptions(pageSize: 50))
            #expect(rows.count == 200)
            for row in rows { #expect(try row.value("v") == .text(text)) }
            session.close()
        }
        await node.stop()
    }
}
