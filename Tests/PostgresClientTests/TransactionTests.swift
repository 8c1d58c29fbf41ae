import PosixIO
import PostgresClient
import PostgresWire
import TestSupport
import Testing

@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set"))
struct TransactionTests {
    private struct Deliberate: Error {}

    private func withTable(_ body: @Sendable (PostgresConnection) async throws -> Void) async throws {
        let server = try await PostgresServer.shared()
        try await onLane { lane in
            let connection = try await PostgresConnection.connect(server.configuration(), on: lane.loop)
            try await connection.execute("CREATE TEMP TABLE t (a int)")
            try await body(connection)
            connection.close()
        }
    }

    private func count(_ connection: PostgresConnection) async throws -> Int64 {
        try await connection.query("SELECT count(*) FROM t")[0].rows[0].decode(Int64.self, 0)
    }

    @Test func whatReturnsIsCommitted() async throws {
        try await withTable { connection in
            let value = try await connection.withTransaction(TransactionOptions(isolation: .repeatableRead)) {
                connection in
                #expect(connection.transactionStatus == .inTransaction)
                try await connection.execute("INSERT INTO t VALUES (1)")
                return 7
            }
            #expect(value == 7)
            #expect(connection.transactionStatus == .idle)
            let count = try await count(connection)
            #expect(count == 1)
        }
    }

    @Test func whatThrowsIsRolledBack() async throws {
        try await withTable { connection in
            await #expect(throws: Deliberate.self) {
                try await connection.withTransaction { connection in
                    try await connection.execute("INSERT INTO t VALUES (1)")
                    throw Deliberate()
                }
            }
            #expect(connection.transactionStatus == .idle)
            let count = try await count(connection)
            #expect(count == 0)
        }
    }

    @Test func aSwallowedFailureIsNotTakenForACommit() async throws {
        try await withTable { connection in
            await #expect(throws: PostgresError.transactionRolledBack) {
                try await connection.withTransaction { connection in
                    try await connection.execute("INSERT INTO t VALUES (1)")
                    try? await connection.execute("SELECT 1/0")
                    #expect(connection.transactionStatus == .failed)
                }
            }
            let count = try await count(connection)
            #expect(count == 0)
        }
    }
}
