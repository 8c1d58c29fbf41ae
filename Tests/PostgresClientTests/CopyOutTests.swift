import PosixIO
import PostgresClient
import PostgresWire
import TestSupport
import Testing
import WireKit

@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set"))
struct CopyOutTests {
    private func withConnection(_ body: @Sendable (PostgresConnection) async throws -> Void) async throws {
        let server = try await PostgresServer.shared()
        try await onLane { lane in
            let connection = try await PostgresConnection.connect(server.configuration(), on: lane.loop)
            try await body(connection)
            connection.close()
        }
    }

    /// Walks CopyData in place as the copy loop does, and counts tuples.
    private func countTuples(
        _ connection: PostgresConnection
    ) async throws -> (tuples: Int, completion: CopyOutProgress) {
        var tuples = 0
        while true {
            while let tag = connection.input.peekInteger(UInt8.self),
                let length = connection.input.peekInteger(UInt32.self, at: 1), tag == UInt8(ascii: "d")
            {
                let byteCount = 1 + Int(length)
                guard connection.input.readableByteCount >= byteCount else { break }
                // The first message starts with the 19 bytes of COPY's header; the trailer's field count is −1.
                let isFirst = connection.input.peekInteger(UInt32.self, at: 5) == 0x5047_434F
                let fieldCount = connection.input.peekInteger(Int16.self, at: isFirst ? 24 : 5)
                if fieldCount == 3 { tuples += 1 }
                connection.input.consume(byteCount)
            }
            if let tag = connection.input.peekInteger(UInt8.self), tag != UInt8(ascii: "d") {
                let progress = try await connection.finishCopyOut()
                if case .complete = progress { return (tuples, progress) }
            } else {
                try await connection.fillInput()
            }
        }
    }

    @Test func aHundredThousandRowsAreCounted() async throws {
        try await withConnection { connection in
            let sql = "COPY (SELECT g, g::text, NULL FROM generate_series(1, 100000) g) TO STDOUT (FORMAT binary)"
            for _ in 0..<2 {
                try await connection.startCopyOut(sql)
                let (tuples, completion) = try await countTuples(connection)
                #expect(tuples == 100_000)
                #expect(completion == .complete(rowCount: 100_000))
            }
            try await expectUsable(connection)
        }
    }

    @Test func rowsLargerThanTheBufferAndEmptyResults() async throws {
        try await withConnection { connection in
            try await connection.startCopyOut("COPY (SELECT repeat('x', 5000000)) TO STDOUT")
            #expect(try await connection.nextCopyData()?.count == 5_000_001)
            #expect(try await connection.nextCopyData() == nil)
            try await connection.startCopyOut("COPY (SELECT 1 WHERE false) TO STDOUT")
            #expect(try await connection.nextCopyData() == nil)
            await #expect(throws: PostgresError.self) { _ = try await connection.nextCopyData() }
        }
    }

    @Test func noticesInTheMiddleLoseNoRow() async throws {
        try await withConnection { connection in
            var noticeCount = 0
            connection.noticeObserver = { _ in noticeCount += 1 }
            try await connection.execute(
                """
                CREATE FUNCTION pg_temp.noisy(i int) RETURNS int LANGUAGE plpgsql AS
                $$ BEGIN IF i % 100 = 0 THEN RAISE NOTICE 'at %', i; END IF; RETURN i; END $$
                """
            )
            try await connection.startCopyOut(
                "COPY (SELECT pg_temp.noisy(g), 1, 2 FROM generate_series(1, 1000) g) TO STDOUT (FORMAT binary)"
            )
            let (tuples, completion) = try await countTuples(connection)
            #expect(tuples == 1000 && noticeCount == 10)
            #expect(completion == .complete(rowCount: 1000))
        }
    }

    @Test func anErrorInTheMiddleLeavesTheSessionUsable() async throws {
        try await withConnection { connection in
            try await connection.startCopyOut("COPY (SELECT 1/(500-g) FROM generate_series(1, 1000) g) TO STDOUT")
            let error = await #expect(throws: PostgresError.self) {
                while try await connection.nextCopyData() != nil {}
            }
            #expect(error?.serverError?.sqlState == SQLState(rawValue: "22012"))
            try await expectUsable(connection)
        }
    }

    @Test func otherEncodingsArriveAsUTF8OrAsAnError() async throws {
        let server = try await PostgresServer.shared()
        let latin1 = try await server.createUniqueDatabase(encoding: "LATIN1")
        let ascii = try await server.createUniqueDatabase(encoding: "SQL_ASCII")
        try await onLane { lane in
            let latin1Connection = try await PostgresConnection.connect(
                server.configuration(database: latin1),
                on: lane.loop
            )
            try await latin1Connection.startCopyOut("COPY (SELECT 'h' || chr(233)) TO STDOUT")
            #expect(try await latin1Connection.nextCopyData() == Array("h\u{E9}\n".utf8))
            // The server does not send what is not UTF-8, although it stores it.
            let asciiConnection = try await PostgresConnection.connect(
                server.configuration(database: ascii),
                on: lane.loop
            )
            try await asciiConnection.startCopyOut("COPY (SELECT 'ok' UNION ALL SELECT chr(233)) TO STDOUT")
            let error = await #expect(throws: PostgresError.self) {
                while try await asciiConnection.nextCopyData() != nil {}
            }
            #expect(error?.serverError?.sqlState == .characterNotInRepertoire)
            try await expectUsable(asciiConnection)
        }
    }

    @Test(arguments: ["SELECT 1", "CREATE TEMP TABLE t (a int)", "COPY pg_class FROM STDIN", "COPY no_such TO STDOUT"])
    func whatIsNoCopyOutIsRefused(_ sql: String) async throws {
        try await withConnection { connection in
            await #expect(throws: PostgresError.self) { try await connection.startCopyOut(sql) }
            try await expectUsable(connection)
        }
    }

    @Test func anotherRequestDuringACopyIsRefused() async throws {
        try await withConnection { connection in
            try await connection.startCopyOut("COPY (SELECT 1) TO STDOUT")
            await #expect(throws: PostgresError.self) { try await connection.execute("SELECT 1") }
            #expect(try await connection.nextCopyData() == Array("1\n".utf8))
            #expect(try await connection.nextCopyData() == nil)
        }
    }
}
