import CQLWire
import Dispatch
import EmbeddedCQL
import Migration
import Synchronization
import TestSupport
import Testing

/// Servers that fail while rows are on their way.
@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set")) struct CopyFaultTests {
    private static let rowCount = 20_000
    /// More than a window and the kernel's buffers hold, in one split.
    private static let schema = """
        CREATE TABLE t (id int PRIMARY KEY, filler text);
        ALTER TABLE t ALTER COLUMN filler SET STORAGE PLAIN;
        INSERT INTO t SELECT i, repeat('x', 700) FROM generate_series(1, \(rowCount)) i;
        """

    /// Holds the node's thread at a certain write until the test opens it.
    private final class Gate: Sendable {
        private let number: Int
        private let opened = DispatchSemaphore(value: 0)
        let arrival = Milestone()

        init(atWrite number: Int) { self.number = number }

        func pass(_ attempt: RequestAttempt) {
            guard attempt.number == number else { return }
            arrival.reach()
            opened.wait()
        }

        func open() { opened.signal() }
    }

    private static func options(_ gate: Gate) -> NodeOptions {
        var options = NodeOptions()
        options.fault = { attempt in
            gate.pass(attempt)
            return nil
        }
        return options
    }

    @Test func aBackendThatIsKilledFailsItsTableOnly() async throws {
        let gate = Gate(atWrite: 1000)
        let sql = Self.schema + "CREATE TABLE u (id int PRIMARY KEY); INSERT INTO u VALUES (1);"
        try await CopyScene.run(sql, node: Self.options(gate)) { scene in
            let choices = CopyScene.Choices(readerCount: 1)
            async let running = gate.arrival.expected { try await scene.setup(choices) }
            try await gate.arrival.wait()
            let killed = try await scene.psql(
                """
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE datname = current_database() AND query LIKE 'COPY%' AND state = 'active'
                """
            )
            gate.open()
            let report = try await running
            #expect(killed == "1")
            #expect(report.exitStatus == .incomplete)
            #expect(report.table("t")?.failureText.hasPrefix("public.t: cannot be read: ") == true)
            #expect(report.table("u")?.rowCount == 1)
        }
    }

    @Test func aNodeThatIsRestartedGetsEveryRow() async throws {
        let gate = Gate(atWrite: 3000)
        try await CopyScene.run(Self.schema, node: Self.options(gate)) { scene in
            async let running = gate.arrival.expected { try await scene.setup() }
            try await gate.arrival.wait()
            async let crash: Void = scene.node.crash()
            gate.open()
            await crash
            try await scene.node.restart()
            let report = try await running
            #expect(report.exitStatus == .success, "\(report.text)")
            #expect(report.table("t")?.rowCount == Self.rowCount)
            #expect(try await scene.rowCount("t") == Self.rowCount)
            // The coordinator's, the writer's two, and the one that counted.
            #expect(await scene.node.counters().connections >= 4)
        }
    }

    @Test func aNodeThatStaysAwayEndsTheRunWithASentencePerTable() async throws {
        let gate = Gate(atWrite: 3000)
        let others = (0..<5).map { "CREATE TABLE u\($0) (id int PRIMARY KEY);" }.joined()
        try await CopyScene.run(Self.schema + others, node: Self.options(gate)) { scene in
            let choices = CopyScene.Choices(readerCount: 1, attemptLimit: 2)
            async let running = gate.arrival.expected { try await scene.setup(choices) }
            try await gate.arrival.wait()
            async let crash: Void = scene.node.crash()
            gate.open()
            await crash
            let report = try await running
            #expect(report.exitStatus == .incomplete)
            #expect(report.tables.count == 6)
            for table in report.tables {
                #expect(table.failureText.contains("127.0.0.1:\(scene.node.port)"), "\(table.failureText)")
            }
        }
    }

    /// Connections that break again and again, also while a statement is being prepared.
    @Test func connectionsThatKeepBreakingAreReplaced() async throws {
        var options = NodeOptions()
        options.fault = { attempt in
            attempt.number % 2500 == 2400 ? .dropConnection(afterApplying: attempt.number % 5000 == 2400) : nil
        }
        try await CopyScene.run(Self.schema, node: options) { scene in
            let report = try await scene.setup()
            #expect(report.exitStatus == .success, "\(report.text)")
            #expect(try await scene.rowCount("t") == Self.rowCount)
        }
    }

    /// Two of three attempts to prepare the statement fail: one loses the connection, one is told to come back.
    @Test func aStatementIsPreparedUntilItIs() async throws {
        var options = NodeOptions()
        let preparations = Counter()
        options.faultsPreparing = true
        options.fault = { attempt in
            guard attempt.opcode == .prepare else {
                return attempt.number % 6000 == 5999 ? .dropConnection(afterApplying: false) : nil
            }
            switch preparations.next() % 3 {
            case 0: return .dropConnection(afterApplying: false)
            case 1: return .error(ErrorResponse(code: .overloaded, message: "busy"), afterApplying: false)
            default: return nil
            }
        }
        try await CopyScene.run(Self.schema, node: options) { scene in
            var choices = CopyScene.Choices()
            choices.readerCount = 1
            let report = try await scene.setup(choices)
            #expect(report.exitStatus == .success, "\(report.text)")
            #expect(try await scene.rowCount("t") == Self.rowCount)
            #expect(preparations.count >= 9)
        }
    }

    private final class Counter: Sendable {
        private let value = Atomic<Int>(0)

        /// Counts from zero.
        func next() -> Int { value.add(1, ordering: .relaxed).oldValue }

        var count: Int { value.load(ordering: .relaxed) }
    }

    @Test func anOverloadedNodeIsSparedAndGetsEveryRow() async throws {
        var options = NodeOptions()
        options.fault = { attempt in
            guard (2000..<2200).contains(attempt.number) || attempt.number % 4000 == 3999 else { return nil }
            return .error(ErrorResponse(code: .overloaded, message: "busy"), afterApplying: false)
        }
        try await CopyScene.run(Self.schema, node: options) { scene in
            let report = try await scene.setup()
            #expect(report.exitStatus == .success, "\(report.text)")
            #expect(report.table("t")?.rowCount == Self.rowCount)
            #expect(try await scene.rowCount("t") == Self.rowCount)
        }
    }

    @Test func rowsThatTheTargetRefusesAreRejected() async throws {
        var options = NodeOptions()
        options.fault = { attempt in
            guard attempt.opcode == .execute, attempt.number % 1000 == 500 else { return nil }
            return .error(ErrorResponse(code: .invalid, message: "no such row, please"), afterApplying: false)
        }
        try await CopyScene.run(Self.schema, node: options) { scene in
            let report = try await scene.setup()
            #expect(report.exitStatus == .incomplete)
            let rejected = try #require(report.table("t")?.rejectedRowCount)
            #expect(rejected == 20)
            #expect(report.table("t")?.rowCount == Self.rowCount - rejected)
            #expect(try await scene.rowCount("t") == Self.rowCount - rejected)
        }
    }

    @Test func aCancelledTaskEndsInterrupted() async throws {
        let firstWrite = Milestone()
        var options = NodeOptions()
        options.fault = { attempt in
            guard attempt.opcode == .execute else { return nil }
            firstWrite.reach()
            return .silence(afterApplying: false)
        }
        try await CopyScene.run(Self.schema, node: options) { scene in
            let running = Task { try await firstWrite.expected { try await scene.setup() } }
            try await firstWrite.wait()
            running.cancel()
            let error = await #expect(throws: MigrationError.self) { try await running.value }
            #expect(error?.kind == .interrupted)
        }
    }
}
