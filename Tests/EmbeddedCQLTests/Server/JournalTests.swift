import CQLWire
import Foundation
import PosixIO
import Testing

@testable import EmbeddedCQL

@Suite struct JournalTests {
    /// Starts a node with that journal, lets `body` use it and ends it.
    private func run<T: Sendable>(
        _ path: String,
        _ body: @escaping @Sendable (RawClient, CQLNode) async throws -> T
    ) async throws -> T {
        var options = NodeOptions()
        options.journalPath = path
        let node = try await CQLNode.start(listen: .tcp(host: "127.0.0.1", port: 0), options: options)
        let result = try await withClients { lane in
            try await body(try await RawClient.started(port: node.port, on: lane.loop), node)
        }
        await node.stop()
        return result
    }

    private func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: path) }

    @Test func bringsSchemaAndRowsBack() async throws {
        let path = temporaryPath("journal")
        let select = "SELECT k, v, writetime(v) FROM ks.t"
        let identity = "SELECT host_id, schema_version FROM system.local"
        let (before, itself) = try await run(path) { client, _ in
            try await client.createTable()
            let id = try #require(try await client.prepare("INSERT INTO ks.t (k, v) VALUES (?, ?)"))
            for key in 0..<3 as Range<Int32> {
                try await client.send(RawClient.execute(id, [int(key), text("value \(key)")], stream: 1))
                #expect(try await client.receive()?.response == .result(.void))
            }
            _ = try await client.query("USE ks")
            _ = try await client.query("UPDATE t SET v = 'changed' WHERE k = 1")
            _ = try await client.query("DELETE FROM t WHERE k = 2")
            let batch = BatchRequest(
                kind: .unlogged,
                entries: [
                    .init(statement: .prepared(id), values: [int(7), text("in a batch")]),
                    .init(statement: .query("INSERT INTO t (k, v) VALUES (8, 'too')"), values: []),
                ],
                consistency: .one
            )
            try await client.send(RawClient.frame(.batch(batch), stream: 2))
            #expect(try await client.receive()?.response == .result(.void))
            return (try await client.rows(select), try await client.rows(identity))
        }
        #expect(before.count == 4)
        try await run(path) { client, node in
            #expect(try await client.rows(select) == before)
            #expect(try await client.rows(identity) == itself)
            #expect(await node.failedRecordCount() == 0)
            // Prepared statements are gone, as on any server that was restarted.
            let id = PreparedStatements.id(keyspace: nil, query: "INSERT INTO ks.t (k, v) VALUES (?, ?)", isWrite: true)
            try await client.send(RawClient.execute(PreparedID(bytes: id[...]), [int(1), .null], stream: 1))
            guard case .error(let error) = try await client.receive()?.response else { return #expect(Bool(false)) }
            #expect(error.code == .unprepared)
            _ = try await client.query("TRUNCATE ks.t")
        }
        #expect(try await run(path) { client, _ in try await client.rows(select) } == [])
        try remove(path)
    }

    @Test func dropsARecordThatWasCutOff() async throws {
        let path = temporaryPath("journal")
        try await run(path) { client, _ in
            try await client.createTable()
            for key in 1...3 { _ = try await client.query("INSERT INTO ks.t (k) VALUES (\(key))") }
        }
        let whole = try Data(contentsOf: URL(filePath: path))
        try whole.dropLast(5).write(to: URL(filePath: path))
        try await run(path) { client, _ in
            #expect(Set(try await client.rows("SELECT k FROM ks.t")) == [["1"], ["2"]])
            _ = try await client.query("INSERT INTO ks.t (k) VALUES (4)")
        }
        try await run(path) { client, node in
            let rows = try await client.rows("SELECT k FROM ks.t")
            #expect(Set(rows) == [["1"], ["2"], ["4"]])
            #expect(await node.failedRecordCount() == 0)
        }
        try remove(path)
    }

    @Test(arguments: ["k,v\n1,2\n", String(repeating: "something else ", count: 100)])
    func refusesAnotherFile(_ content: String) async throws {
        let path = temporaryPath("other")
        try Data(content.utf8).write(to: URL(filePath: path))
        let error = await #expect(throws: NodeStartError.self) {
            try await run(path) { _, _ in }
        }
        #expect(error.map { "\($0)".contains("is not a journal") } == true)
        #expect(try Data(contentsOf: URL(filePath: path)) == Data(content.utf8))
        try remove(path)
    }

    @Test func beginsAnewAfterAFirstFrameThatWasCutOff() async throws {
        let path = temporaryPath("journal")
        try await run(path) { _, _ in }
        let whole = try Data(contentsOf: URL(filePath: path))
        for count in [0, 5, 20] {
            try whole.prefix(count).write(to: URL(filePath: path))
            try await run(path) { client, _ in try await client.createTable() }
            #expect(try await run(path) { client, _ in try await client.rows("SELECT k FROM ks.t") } == [])
        }
        try remove(path)
    }

    @Test func recordsKeepWhatTheySay() throws {
        let record = WriteRecord(
            origin: WriteOrigin(member: 2, incarnation: .max, number: 77),
            stamp: WriteStamp(timestamp: -5, now: 6, seed: CQLUUID(high: 1, low: 2)),
            keyspace: "ks"
        )
        var frames: [UInt8] = []
        record.append(.query, [0, 1, 2, 3], 1..<3, stream: 9, to: &frames)
        var decoder = FrameDecoder(expecting: .request)
        decoder.append(frames)
        guard case .frame(let frame) = decoder.next() else { return #expect(Bool(false)) }
        #expect(frame.header.flags == .customPayload)
        #expect(frame.header.stream == StreamID(rawValue: 9))
        let read = try #require(WriteRecord.read(frames, FrameHeader.byteCount..<frames.count))
        #expect(read.record == record)
        #expect(Array(frames[read.request]) == [1, 2])
        for count in 0..<frames.count - 3 { #expect(WriteRecord.read(frames, min(9, count)..<count) == nil) }
    }
}
