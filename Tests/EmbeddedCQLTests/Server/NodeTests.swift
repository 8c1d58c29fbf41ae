import CQLWire
import PosixIO
import Synchronization
import Testing
import WireKit

@testable import EmbeddedCQL

/// The node over a real socket, with a client that sends bytes.
@Suite struct NodeTests {
    /// Runs `body` with a client that is connected to a new node.
    private func withNode(
        _ options: NodeOptions = NodeOptions(),
        _ body: @escaping @Sendable (isolated Lane, RawClient, CQLNode) async throws -> Void
    ) async throws {
        let node = try await CQLNode.start(listen: .tcp(host: "127.0.0.1", port: 0), options: options)
        let lane = try Lane(name: "test-client")
        do {
            try await lane.run { lane in
                try await body(lane, try await RawClient(port: node.port, on: lane.loop), node)
            }
            lane.stop()
            await node.stop()
        } catch {
            lane.stop()
            await node.stop()
            throw error
        }
    }

    @Test func servesAFrameSentByteByByte() async throws {
        try await withNode { _, client, _ in
            for byte in try RawClient.frame(.options, stream: 5) { try await client.send([byte]) }
            let frame = try await client.receive()
            #expect(frame?.stream.rawValue == 5)
            #expect(frame?.response == ServerOffer().supported)
        }
    }

    /// A frame of the other version is refused on its stream, and the connection goes on.
    @Test func keepsToTheVersionOfStartup() async throws {
        try await withNode { _, client, _ in
            try await client.start()
            var frame = try RawClient.frame(.options, stream: 9)
            frame[0] = ProtocolVersion.v3.rawValue
            try await client.send(frame)
            let refusal = try #require(try await client.receive())
            let message =
                "Invalid message version. Got 3/v3 but previous messages on this connection had version 4/v4"
            #expect(refusal.response == .error(ErrorResponse(code: .protocolError, message: message)))
            #expect(refusal.stream.rawValue == 9 && refusal.version == .v4)
            #expect(try await client.rows("SELECT key FROM system.local") == [["'local'"]])
        }
    }

    @Test func answersPipelinedRequestsInOrder() async throws {
        try await withNode { _, client, node in
            try await client.start()
            _ = try await client.query(
                "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}"
            )
            _ = try await client.query("CREATE TABLE ks.t (k int PRIMARY KEY, v text)")
            let id = try #require(try await client.prepare("INSERT INTO ks.t (k, v) VALUES (?, ?)"))
            var bytes: [UInt8] = []
            for number in 0..<1000 as Range<Int32> {
                bytes += try RawClient.execute(id, [int(number), text("value \(number)")], stream: Int16(number))
            }
            try await client.send(bytes)
            for number in 0..<1000 as Range<Int16> {
                let frame = try await client.receive()
                #expect(frame?.stream.rawValue == number)
                #expect(frame?.response == .result(.void))
            }
            guard case .result(.rows(let rows)) = try await client.query("SELECT count(*) FROM ks.t") else {
                return #expect(Bool(false), "no rows")
            }
            #expect(try rows.texts() == [["1000"]])
            #expect(await node.counters().writtenRows == 1000)
            #expect(await node.counters().requests[.execute] == 1000)
        }
    }

    @Test(
        arguments: [
            (
                [5, 0, 0, 1, 5, 0, 0, 0, 0],
                "Invalid or unsupported protocol version (5); supported versions are (3/v3, 4/v4)"
            ),
            (
                [66, 0, 0, 1, 5, 0, 0, 0, 0],
                "Invalid or unsupported protocol version (66); supported versions are (3/v3, 4/v4)"
            ),
            ([0x84, 0, 0, 1, 7, 0, 0, 0, 0], "Wrong protocol direction (expected REQUEST, got RESPONSE)"),
            (
                [4, 0, 0, 0, 7, 0x7F, 0, 0, 0],
                "Request is too big: length 2130706432 exceeds maximum allowed length 268435456."
            ),
            ([4, 0, 0, 0, 119, 0, 0, 0, 0], "Unknown opcode 119"),
            (
                Array("GET / HTTP/1.1\r\n\r\n".utf8),
                "Invalid or unsupported protocol version (71); supported versions are (3/v3, 4/v4)"
            ),
        ] as [([UInt8], String)]
    )
    func answersAndClosesOnWhatIsNoFrame(_ bytes: [UInt8], _ message: String) async throws {
        try await withNode { _, client, _ in
            try await client.send(bytes)
            let frame = try await client.receive()
            #expect(frame?.version == .v4)
            #expect(frame?.stream.rawValue == 0)
            #expect(frame?.response == .error(ErrorResponse(code: .protocolError, message: message)))
            #expect(try await client.receive() == nil)
        }
    }

    @Test func goesOnAfterAMalformedBody() async throws {
        try await withNode { _, client, _ in
            try await client.start()
            try await client.send([4, 0, 0, 2, 7, 0, 0, 0, 2, 0xFF, 0xFF])
            guard case .error(let error) = try await client.receive()?.response else { return #expect(Bool(false)) }
            #expect(error.code == .protocolError)
            guard case .result(.rows) = try await client.query("SELECT key FROM system.local") else {
                return #expect(Bool(false))
            }
        }
    }

    @Test func pushesSchemaChangesToThoseWhoRegistered() async throws {
        try await withNode { lane, client, node in
            let listener = try await RawClient(port: node.port, on: lane.loop)
            try await listener.start()
            try await listener.send(
                RawClient.frame(.register(RegisterRequest(eventTypes: ["SCHEMA_CHANGE"])), stream: 1)
            )
            #expect(try await listener.receive()?.response == .ready)
            try await client.start()
            let create = "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}"
            let change = SchemaChange(change: .created, target: .keyspace, keyspace: "ks")
            #expect(try await client.query(create) == .result(.schemaChange(change)))
            let event = try await listener.receive()
            #expect(event?.stream == .event)
            #expect(event?.response == .event(.schemaChange(change)))
        }
    }

    @Test func discardsWritesButKeepsTheSchema() async throws {
        var options = NodeOptions()
        options.discardsWrites = true
        try await withNode(options) { _, client, node in
            try await client.start()
            _ = try await client.query(
                "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}"
            )
            _ = try await client.query("CREATE TABLE ks.t (k int PRIMARY KEY, v text)")
            let insert = try #require(try await client.prepare("INSERT INTO ks.t (k, v) VALUES (?, ?)"))
            let select = try #require(try await client.prepare("SELECT * FROM ks.t WHERE k = ?"))
            try await client.send(
                RawClient.execute(insert, [int(1), text("x")], stream: 1)
                    + RawClient.execute(select, [int(1)], stream: 2)
                    + RawClient.execute(insert, [int(1), .null], stream: 3)
            )
            #expect(try await client.receive()?.response == .result(.void))
            guard case .result(.rows(let rows)) = try await client.receive()?.response else {
                return #expect(Bool(false))
            }
            #expect(rows.rowCount == 0)
            let last = try await client.receive()
            #expect(last?.stream.rawValue == 3)
            #expect(last?.response == .result(.void))
            #expect(try await client.query("INSERT INTO ks.t (k) VALUES (1)") == .result(.void))
            #expect(await node.counters().writtenRows == 3)
        }
    }

    @Test func stopsReadingWhileAnswersAreNotTaken() async throws {
        try await withNode { _, client, _ in
            try await client.start()
            _ = try await client.query(
                "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}"
            )
            _ = try await client.query("CREATE TABLE ks.t (k int PRIMARY KEY, v blob)")
            let id = try #require(try await client.prepare("INSERT INTO ks.t (k, v) VALUES (?, ?)"))
            let big = CQLValueBytes.bytes([UInt8](repeating: 7, count: 1 << 20))
            try await client.send(RawClient.execute(id, [int(1), big], stream: 1))
            #expect(try await client.receive()?.response == .result(.void))
            // 60 answers of 1 MiB each, asked for at once: far more than the node holds unsent.
            let select = try RawClient.frame(.query(RawClient.request("SELECT v FROM ks.t")), stream: 3)
            try await client.send((0..<60).flatMap { _ in select })
            for _ in 0..<60 {
                guard case .result(.rows(let rows)) = try await client.receive()?.response else {
                    return #expect(Bool(false))
                }
                #expect(rows.content.count == 4 + 1 << 20)
            }
        }
    }

    @Test func makesFaults() async throws {
        var options = NodeOptions()
        let overloaded = ErrorResponse(code: .overloaded, message: "too much")
        options.fault = { attempt in
            switch attempt.number {
            case 1: .error(overloaded, afterApplying: false)
            case 2: .error(overloaded, afterApplying: true)
            case 3: .silence(afterApplying: true)
            case 5: .dropConnection(afterApplying: true)
            default: nil
            }
        }
        try await withNode(options) { lane, client, node in
            try await client.start()
            _ = try await client.query(
                "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}"
            )
            _ = try await client.query("CREATE TABLE ks.t (k int PRIMARY KEY)")
            let id = try #require(try await client.prepare("INSERT INTO ks.t (k) VALUES (?)"))
            var bytes: [UInt8] = []
            for number in 0..<6 as Range<Int32> {
                bytes += try RawClient.execute(id, [int(number)], stream: Int16(number))
            }
            try await client.send(bytes)
            var answers: [Int16: Response] = [:]
            while let frame = try await client.receive() { answers[frame.stream.rawValue] = frame.response }
            #expect(answers == [0: .result(.void), 1: .error(overloaded), 2: .error(overloaded), 4: .result(.void)])
            let other = try await RawClient(port: node.port, on: lane.loop)
            try await other.start()
            guard case .result(.rows(let rows)) = try await other.query("SELECT k FROM ks.t") else {
                return #expect(Bool(false))
            }
            #expect(Set(try rows.texts()) == [["0"], ["2"], ["3"], ["4"], ["5"]])
        }
    }

    @Test func tellsOfItsShardsAndCountsWhereRequestsCome() async throws {
        var options = NodeOptions()
        options.sharding = .init(shardCount: 4, shardAwarePort: 0)
        try await withNode(options) { lane, client, node in
            try await client.start()
            try await client.send(RawClient.frame(.options, stream: 1))
            guard case .supported(let supported) = try await client.receive()?.response else {
                return #expect(Bool(false))
            }
            let shardAwarePort = try #require(node.ports.shardAware)
            #expect(supported["SCYLLA_SHARD"] == ["0"])
            #expect(supported["SCYLLA_NR_SHARDS"] == ["4"])
            #expect(supported["SCYLLA_SHARDING_IGNORE_MSB"] == ["12"])
            #expect(supported["SCYLLA_SHARD_AWARE_PORT"] == [String(shardAwarePort)])
            _ = try await client.query(
                "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}"
            )
            _ = try await client.query("CREATE TABLE ks.t (k int PRIMARY KEY)")
            let id = try #require(try await client.prepare("INSERT INTO ks.t (k) VALUES (?)"))
            let keys = 0..<100 as Range<Int32>
            for key in keys { try await client.send(RawClient.execute(id, [int(key)], stream: 1)) }
            for _ in keys { #expect(try await client.receive()?.response == .result(.void)) }
            let layout = ShardLayout(shardCount: 4)
            let own = keys.filter { layout.shard(of: Token(routingKey: LiteralEncoder.bigEndian($0))) == 0 }.count
            let counters = await node.counters()
            #expect((10...40).contains(own))
            #expect(counters.ownShard == own)
            #expect(counters.otherShard == 100 - own)
            let select = "SELECT value FROM system.pgscylla_counters WHERE name = 'routed_own_shard'"
            guard case .result(.rows(let rows)) = try await client.query(select) else { return #expect(Bool(false)) }
            #expect(try rows.texts() == [[String(own)]])
            let second = try await RawClient(port: shardAwarePort, on: lane.loop)
            try await second.start()
            #expect(await node.counters().openConnections.values.reduce(0, +) == 2)
        }
    }

    @Test func slowAnswersAreOvertaken() async throws {
        var options = NodeOptions()
        options.fault = { attempt in attempt.number == 0 ? .delay(.milliseconds(20)) : nil }
        try await withNode(options) { _, client, _ in
            try await client.start()
            try await client.createTable()
            let id = try #require(try await client.prepare("INSERT INTO ks.t (k, v) VALUES (?, ?)"))
            try await client.send(
                RawClient.execute(id, [int(1), .null], stream: 1) + RawClient.execute(id, [int(2), .null], stream: 2)
            )
            #expect(try await client.receive()?.stream.rawValue == 2)
            #expect(try await client.receive()?.stream.rawValue == 1)
            #expect(try await client.rows("SELECT count(*) FROM ks.t") == [["2"]])
        }
    }

    @Test func saysThatAStatementIsNotPrepared() async throws {
        var options = NodeOptions()
        options.fault = { attempt in attempt.opcode == .execute ? .unprepared : nil }
        try await withNode(options) { _, client, _ in
            try await client.start()
            try await client.createTable()
            let id = try #require(try await client.prepare("INSERT INTO ks.t (k, v) VALUES (?, ?)"))
            try await client.send(RawClient.execute(id, [int(1), .null], stream: 1))
            guard case .error(let error) = try await client.receive()?.response else { return #expect(Bool(false)) }
            #expect(error.details == .unprepared(id))
        }
    }

    @Test func readsFailToo() async throws {
        var options = NodeOptions()
        options.faultsReading = true
        options.fault = { attempt in
            attempt.isWrite ? nil : .error(ErrorResponse(code: .overloaded, message: "no"), afterApplying: false)
        }
        try await withNode(options) { _, client, _ in
            try await client.start()
            try await client.createTable()
            #expect(try await client.query("INSERT INTO ks.t (k) VALUES (1)") == .result(.void))
            guard case .error = try await client.query("SELECT * FROM ks.t") else { return #expect(Bool(false)) }
            #expect(try await client.rows("SELECT key FROM system.local") == [["'local'"]])
        }
    }

    @Test func saysThatThePortIsTaken() async throws {
        let node = try await CQLNode.start(listen: .tcp(host: "127.0.0.1", port: 0))
        let error = await #expect(throws: NodeStartError.self) {
            _ = try await CQLNode.start(listen: .tcp(host: "127.0.0.1", port: node.port))
        }
        #expect(error.map { "\($0)".contains("127.0.0.1:\(node.port)") } == true)
        await node.stop()
    }
}
