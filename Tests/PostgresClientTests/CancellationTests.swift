import PosixIO
import PostgresClient
import PostgresWire
import TestSupport
import Testing

/// A request that is given up ends on the server too, and leaves a session that can be used.
@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set"))
struct CancellationTests {
    /// Runs `body` in a task of its own on a lane, and cancels it once the server has begun a statement that `marker` is
    /// part of.
    private func cancelling(
        _ marker: String,
        waitEvent: String = "%",
        _ change: @Sendable @escaping (inout PostgresConfiguration) -> Void = { _ in },
        _ body: @Sendable @escaping (PostgresConnection) async throws -> Void
    ) async throws {
        let server = try await PostgresServer.shared()
        try await onLane { lane in
            let observer = try await PostgresConnection.connect(server.configuration(), on: lane.loop)
            defer { observer.close() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await onLane { lane in
                        let configuration = server.configuration(change)
                        let connection = try await PostgresConnection.connect(configuration, on: lane.loop)
                        connection.cancellationTimeout = .seconds(60)
                        try await body(connection)
                        connection.close()
                    }
                }
                // Where the body fails first, its error ends the wait.
                group.addTask {
                    try await onLane { lane in
                        let observer = try await PostgresConnection.connect(server.configuration(), on: lane.loop)
                        defer { observer.close() }
                        while try await Self.runningCount(marker, waitEvent, observer) == 0 {}
                    }
                }
                try await group.next()
                group.cancelAll()
                try await group.waitForAll()
            }
            let count = try await Self.runningCount(marker, "%", observer)
            #expect(count == 0)
        }
    }

    private static func runningCount(
        _ marker: String,
        _ waitEvent: String,
        _ observer: PostgresConnection
    ) async throws -> Int64 {
        try await observer.query(
            """
            SELECT count(*), pg_sleep(0.01) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()
            AND query LIKE $1 AND query NOT LIKE '%pg_stat_activity%' AND coalesce(wait_event, '') LIKE $2
            """,
            [.text("%\(marker)%"), .text(waitEvent)]
        ).rows[0].decode(Int64.self, 0)
    }

    /// A cancelled task cannot ask anything; the session itself still can.
    private static func expectIdle(_ connection: PostgresConnection) {
        #expect(connection.isUsable)
        #expect(connection.transactionStatus != .inTransaction)
    }

    @Test func aQueryStopsOnTheServer() async throws {
        try await cancelling("simple_sleep", waitEvent: "PgSleep") { connection in
            await #expect(throws: PostgresError.cancelled) {
                _ = try await connection.query("SELECT pg_sleep(600) AS simple_sleep")
            }
            Self.expectIdle(connection)
            await #expect(throws: PostgresError.cancelled) { _ = try await connection.query("SELECT 1") }
            #expect(connection.isUsable)
        }
    }

    @Test func anExtendedQueryStopsOnTheServer() async throws {
        try await cancelling("extended_sleep", waitEvent: "PgSleep") { connection in
            await #expect(throws: PostgresError.cancelled) {
                _ = try await connection.query("SELECT pg_sleep($1) AS extended_sleep", [.init("600")])
            }
            Self.expectIdle(connection)
        }
    }

    /// The request to cancel is as encrypted as the session.
    @Test func encryptedSessionsAreCancelledEncrypted() async throws {
        let change: @Sendable (inout PostgresConfiguration) -> Void = { $0.tls = .require }
        try await cancelling("secret_sleep", waitEvent: "PgSleep", change) { connection in
            #expect(connection.security.tls != nil)
            await #expect(throws: PostgresError.cancelled) {
                _ = try await connection.query("SELECT pg_sleep(600) AS secret_sleep")
            }
            Self.expectIdle(connection)
        }
    }

    /// Protocol 3.2, where the server has it.
    @Test func longKeysCancel() async throws {
        let change: @Sendable (inout PostgresConfiguration) -> Void = { $0.protocolVersions = .v3_0 ... .v3_2 }
        try await cancelling("long_key_sleep", waitEvent: "PgSleep", change) { connection in
            let expected = connection.serverMajorVersion >= 18 ? 32 : 4
            #expect(connection.backendKey?.secretKey.count == expected)
            await #expect(throws: PostgresError.cancelled) {
                _ = try await connection.query("SELECT pg_sleep(600) AS long_key_sleep")
            }
            Self.expectIdle(connection)
        }
    }

    @Test func aTransactionIsRolledBack() async throws {
        try await cancelling("transaction_sleep", waitEvent: "PgSleep") { connection in
            try await connection.execute("CREATE TEMP TABLE t (a int)")
            await #expect(throws: PostgresError.cancelled) {
                try await connection.withTransaction { connection in
                    try await connection.execute("INSERT INTO t VALUES (1)")
                    try await connection.execute("SELECT pg_sleep(600) AS transaction_sleep")
                }
            }
            #expect(connection.isUsable)
            #expect(connection.transactionStatus == .idle)
        }
    }

    @Test func aCopyOutStopsOnTheServer() async throws {
        // Its data is never read to the end, so that the server is blocked in sending it.
        try await cancelling("endless_copy") { connection in
            try await connection.startCopyOut(
                "COPY (SELECT repeat('x', 1000) AS endless_copy, generate_series(1, 1000000000)) TO STDOUT"
            )
            let error = await #expect(throws: PostgresError.self) {
                while try await connection.nextCopyData() != nil {}
            }
            #expect(error == .cancelled)
            Self.expectIdle(connection)
        }
    }

    @Test func anAbandonedCopyLeavesAUsableSession() async throws {
        try await withSession { connection in
            try await connection.startCopyOut(
                "COPY (SELECT repeat('x', 1000), generate_series(1, 1000000000)) TO STDOUT"
            )
            _ = try await connection.nextCopyData()
            connection.cancellationTimeout = .seconds(60)
            await connection.abandonCopyOut()
            try await expectUsable(connection)
        }
    }

    @Test func aPortalStopsOnTheServer() async throws {
        try await cancelling("portal_sleep", waitEvent: "PgSleep") { connection in
            let error = await #expect(throws: PostgresError.self) {
                try await connection.withPortal("SELECT pg_sleep(600) AS portal_sleep") { portal in
                    _ = try await portal.next(1)
                }
            }
            #expect(error == .cancelled)
            Self.expectIdle(connection)
        }
    }

    @Test func aSilentServerIsAskedToStop() async throws {
        try await withSession { connection in
            connection.responseTimeout = .milliseconds(50)
            connection.cancellationTimeout = .seconds(60)
            let error = await #expect(throws: PostgresError.self) {
                _ = try await connection.query("SELECT pg_sleep(600)")
            }
            #expect(error == .timedOut(.milliseconds(50)))
            connection.responseTimeout = nil
            try await expectUsable(connection)
        }
    }

    @Test func whoSharesTheLoopMayCancel() async throws {
        let server = try await PostgresServer.shared()
        try await onLane { lane in
            let connection = try await PostgresConnection.connect(server.configuration(), on: lane.loop)
            let key = try #require(connection.backendKey)
            // Nothing runs: the request is without effect.
            try await connection.requestCancellation(timeout: .seconds(120))
            try await expectUsable(connection)
            #expect(!"\(key)".contains("\(key.secretKey)"))
            connection.close()
        }
    }

    @Test func aCancelledTaskSendsNothing() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await withSession { connection in
                    withUnsafeCurrentTask { $0?.cancel() }
                    await #expect(throws: PostgresError.cancelled) { _ = try await connection.query("SELECT 1") }
                    #expect(connection.isUsable)
                }
            }
            try await group.waitForAll()
        }
    }
}
