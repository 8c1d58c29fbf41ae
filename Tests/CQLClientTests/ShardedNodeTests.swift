import CQLWire
import EmbeddedCQL
import PosixIO
import Testing
import WireKit

@testable import CQLClient

/// The client against an in-memory node of several shards, over sockets: the node counts where requests arrive.
@Suite struct ShardedNodeTests {
    private static let table = TableSpec(keyspace: "k", table: "t")

    private func withNode(
        shards: Int,
        shardAwarePort: UInt16? = 0,
        fault: (@Sendable (RequestAttempt) -> RequestFault?)? = nil,
        _ body: @Sendable (isolated Lane, CQLNode, CQLSession) async throws -> Void
    ) async throws {
        var options = NodeOptions()
        options.sharding = NodeOptions.Sharding(shardCount: shards, shardAwarePort: shardAwarePort)
        options.fault = fault
        let node = try await CQLNode.start(listen: .tcp(host: "127.0.0.1", port: 0), options: options)
        try await onLane { lane in
            let session = try await CQLSession.connect(.test(.tcp(host: "127.0.0.1", port: node.port)), on: lane.loop)
            defer { session.close() }
            _ = try await session.changeSchema(
                "CREATE KEYSPACE k WITH replication = {'class': 'NetworkTopologyStrategy', 'datacenter1': 1}"
            )
            _ = try await session.changeSchema("CREATE TABLE k.t (id bigint PRIMARY KEY, v text)")
            _ = try await session.keyspaceSchema("k")
            try await body(lane, node, session)
        }
        await node.stop()
    }

    private func values(_ number: Int) -> [UInt8] {
        var writer = ByteWriter()
        writer.writeInteger(UInt16(2))
        writer.writeInteger(Int32(8))
        writer.writeInteger(Int64(number))
        writer.writeInteger(Int32(3))
        writer.writeBytes(Array("row".utf8))
        return writer.bytes
    }

    private func write(_ range: Range<Int>, over writer: BulkWriter) async throws {
        try await writer.prepare("INSERT INTO k.t (id, v) VALUES (?, ?)", table: Self.table, partitionKey: [0])
        for number in range {
            while !writer.append(values(number), timestamp: 5) { try await writer.waitForProgress() }
        }
        try await writer.finish()
    }

    @Test(arguments: [UInt16(0), nil])
    func everyWriteArrivesAtTheShardOfItsPartition(_ shardAwarePort: UInt16?) async throws {
        try await withNode(shards: 5, shardAwarePort: shardAwarePort) { lane, node, session in
            let writer = try await BulkWriter.connect(session.configuration, board: session.board, on: lane.loop)
            try await write(0..<3000, over: writer)
            #expect(writer.acknowledgedCount == 3000)
            #expect(writer.links.map(\.target.shard) == [0, 1, 2, 3, 4])
            let counters = await node.counters()
            #expect(counters.ownShard == 3000)
            #expect(counters.otherShard == 0)
            writer.close()
            let rows = try await session.rows("SELECT count(*) FROM k.t")
            #expect(try rows[0].value("count") == .bigint(3000))
        }
    }

    @Test func readsArriveAtTheShardOfTheirPartitionToo() async throws {
        try await withNode(shards: 3) { lane, node, session in
            let writer = try await BulkWriter.connect(session.configuration, board: session.board, on: lane.loop)
            try await write(0..<500, over: writer)
            writer.close()
            let before = await node.counters()
            let select = try await session.prepare("SELECT id FROM k.t WHERE id = ?")
            let keys = (0..<700).map { [CQLValueBytes.bytes(withUnsafeBytes(of: Int64($0).bigEndian) { Array($0) })] }
            let results = try await session.executeAll(select, rows: keys, isIdempotent: true, limit: 64)
            let counts = results.map { if case .rows(let rows) = $0 { rows.rowCount } else { -1 } }
            #expect(counts == (0..<700).map { $0 < 500 ? 1 : 0 })
            let after = await node.counters()
            #expect(after.ownShard - before.ownShard >= 700 - 3)
            #expect(after.otherShard == before.otherShard)
        }
    }

    /// Without a shard-aware port connections are made until all shards have one, and not many more.
    @Test func ordinaryConnectionsAreMadeUntilTheShardIsCovered() async throws {
        try await withNode(shards: 7, shardAwarePort: nil) { lane, node, session in
            let connector = ShardConnector(session.configuration.endpoints[0], session.configuration, on: lane.loop)
            var kept: [CQLConnection] = []
            for shard in 0..<7 { kept.append(try await connector.connect(to: shard)) }
            #expect(kept.map(\.sharding?.shard) == (0..<7).map { $0 })
            connector.closeSpares()
            let made = await node.counters().connections
            #expect(made <= 7 * 5)
            for connection in kept { connection.close() }
        }
    }

    /// A connection that a crash ended is made again, and everything that was on its way is sent again.
    @Test func aCrashInTheMiddleLosesNothing() async throws {
        try await withNode(shards: 3) { lane, node, session in
            let writer = try await BulkWriter.connect(session.configuration, board: session.board, on: lane.loop)
            try await write(0..<100, over: writer)
            for number in 100..<2000 {
                while !writer.append(values(number), timestamp: 5) { try await writer.waitForProgress() }
            }
            writer.flush()
            await node.closeConnections()
            try await writer.finish()
            #expect(writer.acknowledgedCount == 2000)
            let rows = try await session.rows("SELECT count(*) FROM k.t")
            #expect(try rows[0].value("count") == .bigint(2000))
            writer.close()
        }
    }

    @Test(arguments: [7, 50])
    func batchesArriveAtTheShardOfTheirRows(_ rowLimit: Int) async throws {
        try await withNode(shards: 3) { lane, node, session in
            let options = BulkOptions(grouping: RowGrouping(rowLimit: rowLimit))
            let writer = try await BulkWriter.connect(
                session.configuration,
                board: session.board,
                options: options,
                on: lane.loop
            )
            // Through the loop over rows, which alone makes batches.
            try await writer.prepare("INSERT INTO k.t (id, v) VALUES (?, ?)", table: Self.table, partitionKey: [0])
            try await writeBatches(0..<2000, bad: [], over: writer)
            #expect(writer.acknowledgedCount == 2000)
            let counters = await node.counters()
            #expect(counters.requests[.batch] ?? 0 >= 2000 / rowLimit)
            #expect(counters.requests[.execute] ?? 0 == 0)
            #expect(counters.otherShard == 0)
            let rows = try await session.rows("SELECT count(*) FROM k.t")
            #expect(try rows[0].value("count") == .bigint(2000))
            writer.close()
        }
    }

    /// The server refuses a whole batch because of one row: the others are written one by one.
    @Test func aBadRowIsRefusedAloneAlsoInsideABatch() async throws {
        try await withNode(shards: 2) { lane, _, session in
            let options = BulkOptions(grouping: RowGrouping(rowLimit: 20))
            let writer = try await BulkWriter.connect(
                session.configuration,
                board: session.board,
                options: options,
                on: lane.loop
            )
            try await writer.prepare("INSERT INTO k.t (id, v) VALUES (?, ?)", table: Self.table, partitionKey: [0])
            try await writeBatches(0..<500, bad: [17, 18, 400], over: writer)
            let refusals = writer.takeRefusals()
            #expect(Set(refusals.map(\.values)) == Set([17, 18, 400].map { badValues($0) }))
            #expect(refusals.allSatisfy { $0.error.code == .invalid })
            let rows = try await session.rows("SELECT count(*) FROM k.t")
            #expect(try rows[0].value("count") == .bigint(497))
            writer.close()
        }
    }

    /// A value that is no UTF-8, which a text column cannot hold.
    private func badValues(_ number: Int) -> [UInt8] {
        var bytes = values(number)
        bytes[bytes.count - 1] = 0xFF
        return bytes
    }

    /// Puts rows into batches as the loop over rows does.
    private func writeBatches(_ range: Range<Int>, bad: Set<Int>, over writer: BulkWriter) async throws {
        var next = range.lowerBound
        while next < range.upperBound {
            writer.windows.begin(timestamp: 5)
            let isFull = fill(&next, range, bad, writer.windows)
            writer.windows.end()
            writer.flush()
            if isFull { try await writer.waitForProgress() }
        }
        try await writer.finish()
    }

    private func fill(_ next: inout Int, _ range: Range<Int>, _ bad: Set<Int>, _ windows: BulkWindows) -> Bool {
        while next < range.upperBound {
            let bytes = bad.contains(next) ? badValues(next) : values(next)
            let token = withUnsafeBytes(of: Int64(next).bigEndian) { Token(routingKey: Array($0)) }
            let window = windows.router?.link(of: token.rawValue) ?? 0
            guard let template = windows.template(of: window) else {
                windows.refused(window)
                return true
            }
            let need = template.prefixByteCount + bytes.count + 64
            if !windows.cursors[window].hasRoom(for: need), !windows.makeRoom(window, for: need) {
                windows.refused(window)
                return true
            }
            let start = windows.cursors[window].base + windows.cursors[window].writeIndex
            start.copyMemory(from: template.prefix, byteCount: template.prefixByteCount)
            (start + template.prefixByteCount).copyMemory(from: bytes, byteCount: bytes.count)
            windows.cursors[window].finishBatchEntry(byteCount: template.prefixByteCount + bytes.count)
            next += 1
        }
        return false
    }

    @Test func overloadNarrowsTheWindowsAndTheyRecover() async throws {
        let overloaded = ErrorResponse(code: .overloaded, message: "busy")
        let fault: @Sendable (RequestAttempt) -> RequestFault? = { attempt in
            // Several windows full of errors, then none any more.
            (100..<3000).contains(attempt.number) && attempt.number % 3 == 0
                ? .error(overloaded, afterApplying: attempt.number % 2 == 0) : nil
        }
        try await withNode(shards: 2, fault: fault) { lane, _, session in
            let options = BulkOptions(requestLimit: 256)
            let writer = try await BulkWriter.connect(
                session.configuration,
                board: session.board,
                options: options,
                on: lane.loop
            )
            try await write(0..<4000, over: writer)
            #expect(writer.acknowledgedCount == 4000)
            #expect(writer.links.allSatisfy { $0.window.congestion.narrowest < 128 })
            try await write(4000..<12_000, over: writer)
            #expect(writer.links.map(\.window.congestion.limit) == [128, 128])
            let rows = try await session.rows("SELECT count(*) FROM k.t")
            #expect(try rows[0].value("count") == .bigint(12_000))
            writer.close()
        }
    }
}
