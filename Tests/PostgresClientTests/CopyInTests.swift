import PosixIO
import PostgresClient
import PostgresWire
import TestSupport
import Testing

@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set"))
struct CopyInTests {
    private struct Deliberate: Error, CustomStringConvertible { let description = "we do not want to" }

    private func withTable(_ body: @Sendable (PostgresConnection) async throws -> Void) async throws {
        try await withSession { connection in
            try await connection.execute("CREATE TEMP TABLE t (a int, b text)")
            try await body(connection)
        }
    }

    private func count(_ connection: PostgresConnection) async throws -> Int64 {
        try await connection.query("SELECT count(*) FROM t")[0].rows[0].decode(Int64.self, 0)
    }

    @Test func rowsArriveHoweverTheyAreCut() async throws {
        try await withTable { connection in
            let count = try await connection.copyIn("COPY t FROM STDIN") { writer in
                try await writer.write("1\ton")
                try await writer.write("e\n2\tt\u{E9}\n")
                try await writer.write([UInt8]())
                try await writer.write("3\t\\N\n")
            }
            #expect(count == 3)
            let rows = try await connection.query("SELECT b FROM t ORDER BY a")[0].rows
            #expect(try rows.map { try $0.decode(String?.self, 0) } == ["one", "t\u{E9}", nil])
        }
    }

    @Test func manyMegabytesGoThrough() async throws {
        try await withTable { connection in
            let line = "7\t" + String(repeating: "x", count: 997) + "\n"
            let count = try await connection.copyIn("COPY t FROM STDIN") { writer in
                for _ in 0..<50_000 { try await writer.write(line) }
            }
            #expect(count == 50_000)
        }
    }

    @Test func ourOwnErrorFailsTheCopy() async throws {
        try await withTable { connection in
            await #expect(throws: Deliberate.self) {
                _ = try await connection.copyIn("COPY t FROM STDIN") { writer in
                    try await writer.write("1\tone\n")
                    throw Deliberate()
                }
            }
            let count = try await count(connection)
            #expect(count == 0)
        }
    }

    @Test func theServersErrorComesAtTheEnd() async throws {
        try await withTable { connection in
            let error = await #expect(throws: PostgresError.self) {
                _ = try await connection.copyIn("COPY t FROM STDIN") { try await $0.write("x\ty\n") }
            }
            #expect(error?.serverError?.sqlState == .invalidTextRepresentation)
            #expect(error?.serverError?.where?.hasPrefix("COPY t, line 1, column a") == true)
            try await expectUsable(connection)
        }
    }

    /// The server drops what follows its error, however much that is; we hear it while we write.
    @Test func theServersErrorEndsAnEndlessCopy() async throws {
        try await withTable { connection in
            let line = "1\t" + String(repeating: "x", count: 10_000) + "\n"
            var written = 0
            let error = await #expect(throws: PostgresError.self) {
                _ = try await connection.copyIn("COPY t FROM STDIN") { writer in
                    try await writer.write("bad\tone\n")
                    while true {
                        try await writer.write(line)
                        written += 1
                    }
                }
            }
            #expect(error?.serverError?.sqlState == .invalidTextRepresentation)
            try await expectUsable(connection)
        }
    }

    @Test func aSessionThatIsEndedMeanwhile() async throws {
        let server = try await PostgresServer.shared()
        try await withTable { connection in
            let process = try #require(connection.backendKey?.processID)
            let line = "1\t" + String(repeating: "x", count: 10_000) + "\n"
            let error = await #expect(throws: PostgresError.self) {
                _ = try await connection.copyIn("COPY t FROM STDIN") { writer in
                    _ = try await server.psql("SELECT pg_terminate_backend(\(process))")
                    while true { try await writer.write(line) }
                }
            }
            #expect(error?.serverError?.sqlState == .adminShutdown)
            #expect(!connection.isUsable)
        }
    }

    @Test func otherStatementsAreNoCopyIn() async throws {
        try await withTable { connection in
            for sql in ["SELECT 1", "COPY t TO STDOUT", ""] {
                let error = await #expect(throws: PostgresError.self) {
                    _ = try await connection.copyIn(sql) { _ in Issue.record("a copy of nothing") }
                }
                #expect(error == .invalidRequest("the statement is not a COPY FROM STDIN"))
                try await expectUsable(connection)
            }
        }
    }

    @Test func aCancelledTaskFailsTheCopy() async throws {
        let server = try await PostgresServer.shared()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await onLane { lane in
                    let connection = try await PostgresConnection.connect(server.configuration(), on: lane.loop)
                    try await connection.execute("CREATE TEMP TABLE t (a int, b text)")
                    let error = await #expect(throws: PostgresError.self) {
                        _ = try await connection.copyIn("COPY t FROM STDIN") { writer in
                            try await writer.write("1\tone\n")
                            withUnsafeCurrentTask { $0?.cancel() }
                            try await writer.write("2\ttwo\n")
                        }
                    }
                    #expect(error == .cancelled)
                    #expect(connection.isUsable)
                }
            }
            try await group.waitForAll()
        }
    }
}
