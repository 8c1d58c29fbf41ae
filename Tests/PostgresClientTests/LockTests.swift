import PosixIO
import PostgresClient
import PostgresWire
import TestSupport
import Testing

@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set"))
struct LockTests {
    private struct Deliberate: Error {}

    /// Two sessions of one database, with a table whose name needs quoting.
    private func withSessions(
        _ body: @Sendable (PostgresConnection, PostgresConnection) async throws -> Void
    ) async throws {
        let server = try await PostgresServer.shared()
        let database = try await server.createUniqueDatabase()
        try await onLane { lane in
            let first = try await PostgresConnection.connect(server.configuration(database: database), on: lane.loop)
            let second = try await PostgresConnection.connect(server.configuration(database: database), on: lane.loop)
            try await first.execute(#"CREATE SCHEMA "S x"; CREATE TABLE "S x"."T ""q""" (a int)"#)
            try await body(first, second)
            first.close()
            second.close()
        }
    }

    private static let table = TableLock.Table(schema: "S x", "T \"q\"")
    private static let exclusive = TableLock([table], .accessExclusive, failsAtOnce: true)

    @Test func transactionOptionsAreTheServers() async throws {
        try await withSessions { first, _ in
            let options = TransactionOptions(isolation: .serializable, isReadOnly: true, isDeferrable: true)
            #expect(options.statement == "BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY, DEFERRABLE")
            #expect(TransactionOptions().statement == "BEGIN")
            for isolation in TransactionOptions.IsolationLevel.allCases {
                let options = TransactionOptions(isolation: isolation, isReadOnly: false, isDeferrable: false)
                try await first.withTransaction(options) { connection in
                    let shown = try await connection.query("SHOW transaction_isolation")[0].rows[0]
                    #expect(try shown.decode(String.self, 0).uppercased() == isolation.rawValue)
                }
            }
            try await first.withTransaction(options) { connection in
                let sql = "SHOW transaction_read_only; SHOW transaction_deferrable"
                for result in try await connection.query(sql) {
                    #expect(try result.rows[0].decode(String.self, 0) == "on")
                }
                await #expect(throws: PostgresError.self) { try await connection.withTransaction { _ in } }
            }
        }
    }

    @Test func savepointsNest() async throws {
        try await withSessions { first, _ in
            try await first.withTransaction { connection in
                try await connection.execute(#"INSERT INTO "S x"."T ""q""" VALUES (1)"#)
                await #expect(throws: PostgresError.self) {
                    try await connection.withSavepoint { connection in
                        try await connection.execute(#"INSERT INTO "S x"."T ""q""" VALUES (2)"#)
                        try await connection.withSavepoint { try await $0.execute("SELECT 1/0") }
                    }
                }
                #expect(connection.transactionStatus == .inTransaction)
                await #expect(throws: PostgresError.self) {
                    try await connection.withSavepoint { try? await $0.execute("SELECT 1/0") }
                }
                try await connection.withSavepoint { connection in
                    try await connection.withSavepoint { connection in
                        try await connection.execute(#"INSERT INTO "S x"."T ""q""" VALUES (3)"#)
                    }
                }
            }
            let rows = try await first.query(#"SELECT a FROM "S x"."T ""q""" ORDER BY a"#)[0].rows
            #expect(try rows.map { try $0.decode(Int32.self, 0) } == [1, 3])
            await #expect(throws: PostgresError.self) { try await first.withSavepoint { _ in } }
        }
    }

    @Test func anExportedSnapshotIsShared() async throws {
        try await withSessions { first, second in
            let options = TransactionOptions(isolation: .repeatableRead, isReadOnly: true)
            try await first.withTransaction(options) { first in
                let snapshot = try await first.exportSnapshot()
                try await second.execute(#"INSERT INTO "S x"."T ""q""" VALUES (1)"#)
                var shared = options
                shared.snapshot = snapshot
                try await second.withTransaction(shared) { second in
                    let rows = try await second.query(#"SELECT * FROM "S x"."T ""q""""#)[0].rows
                    #expect(rows.isEmpty)
                }
                #expect(try await second.query(#"SELECT * FROM "S x"."T ""q""""#)[0].rows.count == 1)
            }
            var gone = options
            gone.snapshot = "00000003-0000001B-1'"
            await #expect(throws: PostgresError.self) { try await second.withTransaction(gone) { _ in } }
            try await expectUsable(second)
            await #expect(throws: PostgresError.self) { _ = try await second.exportSnapshot() }
        }
    }

    @Test(arguments: [AdvisoryLock.Key.number(.min), .number(7), .pair(-1, 2)])
    func advisoryLocksExclude(_ key: AdvisoryLock.Key) async throws {
        try await withSessions { first, second in
            let lock = AdvisoryLock(key)
            try await first.withAdvisoryLock(lock) { _ in
                let whileHeld = try await second.tryAdvisoryLock(lock) { _ in 1 }
                #expect(whileHeld == nil)
                let whileHeldShared = try await second.tryAdvisoryLock(AdvisoryLock(key, isShared: true)) { _ in 1 }
                #expect(whileHeldShared == nil)
            }
            await #expect(throws: Deliberate.self) {
                try await first.withAdvisoryLock(lock) { _ in throw Deliberate() }
            }
            let afterwards = try await second.tryAdvisoryLock(lock) { _ in 1 }
            #expect(afterwards == 1)
            let shared = AdvisoryLock(key, isShared: true)
            try await first.withAdvisoryLock(shared) { _ in
                let bothShared = try await second.tryAdvisoryLock(shared) { _ in 1 }
                #expect(bothShared == 1)
                let exclusive = try await second.tryAdvisoryLock(lock) { _ in 1 }
                #expect(exclusive == nil)
            }
            try await first.withTransaction { first in
                try await first.lockInTransaction(lock)
                try await second.withTransaction { second in
                    let isHeld = try await second.tryLockInTransaction(lock)
                    #expect(!isHeld)
                }
            }
            let isHeld = try await second.withTransaction { try await $0.tryLockInTransaction(lock) }
            #expect(isHeld)
            await #expect(throws: PostgresError.self) { try await first.lockInTransaction(lock) }
        }
    }

    @Test(arguments: TableLock.Mode.allCases)
    func tablesAreLockedInEveryMode(_ mode: TableLock.Mode) async throws {
        try await withSessions { first, second in
            let table = TableLock.Table(schema: "S x", "T \"q\"", excludesDescendants: true)
            try await first.withTableLock(TableLock([table], mode)) { _ in
                let held = try await second.query(
                    "SELECT mode FROM pg_locks WHERE locktype = 'relation' AND database = (SELECT oid FROM pg_database "
                        + "WHERE datname = current_database()) AND pid = \(first.backendKey?.processID ?? 0)"
                )[0].rows.map { try $0.decode(String.self, 0) }
                let words = mode.rawValue.split(separator: " ").map { $0.prefix(1) + $0.dropFirst().lowercased() }
                let name = words.joined() + "Lock"
                #expect(held.contains(name))
                // ACCESS EXCLUSIVE conflicts with every mode.
                let error = await #expect(throws: PostgresError.self) {
                    try await second.withTableLock(Self.exclusive) { _ in }
                }
                #expect(error?.serverError?.sqlState == .lockNotAvailable)
            }
            try await second.withTableLock(Self.exclusive) { _ in }
            await #expect(throws: PostgresError.self) { try await first.lock(TableLock([Self.table], mode)) }
        }
    }
}
