import PosixIO
import PostgresClient
import PostgresWire
import TestSupport
import Testing

@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set"))
struct AsynchronousMessageTests {
    @Test func notificationsArrive() async throws {
        let server = try await PostgresServer.shared()
        try await withSession { connection in
            try await connection.listen(to: "a \"channel\"")
            #expect(try await connection.nextNotification(until: .now) == nil)
            _ = try await server.psql(#"NOTIFY "a ""channel""", 'from afar'"#)
            let notification = try #require(try await connection.nextNotification())
            #expect(notification.channel == "a \"channel\"")
            #expect(notification.payload == "from afar")
            // Our own come with the answer to the statement, and are kept.
            try await connection.notify("a \"channel\"", payload: "1")
            try await connection.notify("a \"channel\"", payload: "2")
            #expect(try await connection.nextNotification()?.payload == "1")
            #expect(try await connection.nextNotification()?.processID == connection.backendKey?.processID)
            try await connection.stopListening(to: "a \"channel\"")
            try await expectUsable(connection)
        }
    }

    @Test func waitingForANotificationCanBeCancelled() async throws {
        let server = try await PostgresServer.shared()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await onLane { lane in
                    let connection = try await PostgresConnection.connect(server.configuration(), on: lane.loop)
                    try await connection.listen(to: "c")
                    withUnsafeCurrentTask { $0?.cancel() }
                    await #expect(throws: PostgresError.cancelled) { _ = try await connection.nextNotification() }
                    #expect(connection.isUsable)
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func noticesAndParametersAreReported() async throws {
        try await withSession { connection in
            var notices: [String] = []
            connection.noticeObserver = { notices.append(ServerReport($0).text()) }
            try await connection.execute("SET client_min_messages = debug1; SET application_name = 'changed'")
            try await connection.execute("DO $$ BEGIN RAISE WARNING 'w' USING HINT = 'h'; RAISE INFO 'i'; END $$")
            #expect(notices == ["WARNING:  w\nHINT:  h\n", "INFO:  i\n"])
            #expect(connection.parameters["application_name"] == "changed")
        }
    }

    /// pg_terminate_backend, while nothing is asked.
    @Test func aSessionThatIsEndedWhileIdleIsKnownToBe() async throws {
        let server = try await PostgresServer.shared()
        try await withSession { connection in
            try await connection.listen(to: "c")
            _ = try await server.psql("SELECT pg_terminate_backend(\(connection.backendKey?.processID ?? 0))")
            let waiting = await #expect(throws: PostgresError.self) { _ = try await connection.nextNotification() }
            try expectAdministratorsCommand(waiting)
            #expect(!connection.isUsable)
            let error = await #expect(throws: PostgresError.self) { _ = try await connection.query("SELECT 1") }
            #expect(error == waiting)
        }
    }

    @Test func aSessionThatWasEndedIsFoundEndedByTheNextRequest() async throws {
        let server = try await PostgresServer.shared()
        try await withSession { connection in
            _ = try await server.psql("SELECT pg_terminate_backend(\(connection.backendKey?.processID ?? 0), 60000)")
            let error = await #expect(throws: PostgresError.self) { _ = try await connection.query("SELECT 1") }
            try expectAdministratorsCommand(error)
            guard case .connection(let lost) = error else { return }
            #expect(lost.phase == .idle && lost.isSafeToRetry)
        }
    }

    @Test func aSessionThatIsEndedInTheMiddleOfAQuery() async throws {
        try await withSession { connection in
            let error = await #expect(throws: PostgresError.self) {
                _ = try await connection.query("SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(60)")
            }
            try expectAdministratorsCommand(error)
            guard case .connection(let lost) = error else { return }
            #expect(lost.phase == .query && !lost.isSafeToRetry)
        }
    }

    private func expectAdministratorsCommand(_ error: PostgresError?) throws {
        guard case .connection(let lost)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(lost.code == .closed)
        #expect(lost.serverError?.sqlState == .adminShutdown)
        #expect("\(lost)".contains("terminating connection due to administrator command"))
    }
}
