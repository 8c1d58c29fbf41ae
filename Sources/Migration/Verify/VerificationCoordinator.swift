import CQLClient
import CQLWire
import PosixIO
import PostgresClient
import SchemaTranslation

/// `verify` from beginning to end: catalogue, plan, target tables, snapshot, comparison, report.
package struct VerificationCoordinator: Sendable {
    private let verification: VerifyConfiguration
    private let observer: any RunObserver

    package init(_ verification: VerifyConfiguration, observer: any RunObserver) {
        self.verification = verification
        self.observer = observer
    }

    /// Compares both sides.
    ///
    /// - Returns: how each table came out; a table that failed does not stop the others.
    /// - Throws: `MigrationError` when nothing can be compared at all, or when the task is cancelled.
    package func run() async throws(MigrationError) -> VerificationReport {
        let start = ContinuousClock.now
        let verification = verification
        let observer = observer
        let tables = try await withLane(named: "control") { lane throws(MigrationError) in
            try await Self.run(verification, observer, on: lane)
        }
        return VerificationReport(tables: tables, duration: start.duration(to: .now))
    }

    private static func run(
        _ verification: VerifyConfiguration,
        _ observer: any RunObserver,
        on lane: isolated Lane
    ) async throws(MigrationError) -> [TableVerification] {
        let source = try await verification.source.connect(on: lane.loop)
        defer { source.close() }
        let plan = try await MigrationPlan.make(
            of: verification.source.schema,
            for: verification.request,
            over: source
        )
        let target = try await verification.target.connect(on: lane.loop)
        defer { target.close() }
        let schema = try await targetSchema(of: plan, over: target)
        let snapshot = try await SourceSnapshot.export(of: plan, over: source)
        let states = plan.tables.map { table in
            TableState(
                table,
                readerCount: verification.readerCount,
                boundaries: target.board.topology.ring.positions.map(\.token.rawValue),
                exampleLimit: verification.exampleLimit,
                failure: mismatch(of: table, in: schema) ?? snapshot.refusals[table.source]
            )
        }
        let board = VerificationBoard(VerificationSchedule(states))
        let run = VerificationRun(
            verification: verification,
            cluster: target.board,
            snapshotIdentifier: snapshot.identifier,
            board: board,
            observer: observer
        )
        try await run.run(on: lane)
        snapshot.close()
        let reports = plan.skippedTables.map { TableVerification($0) } + board.reports
        return reports.sorted { $0.source.description < $1.source.description }
    }

    private static func targetSchema(
        of plan: MigrationPlan,
        over session: CQLSession
    ) async throws(MigrationError) -> KeyspaceSchema? {
        do throws(CQLError) {
            return try await session.keyspaceSchema(plan.keyspace)
        } catch {
            throw MigrationError("the target's schema cannot be read", error)
        }
    }

    /// Why a table's counterpart cannot be compared with it; nil when it can.
    private static func mismatch(of table: TablePlan, in schema: KeyspaceSchema?) -> MigrationError? {
        guard let existing = schema?.table(table.target.name) else {
            return MigrationError(
                .tableMismatch,
                "table \(table.target) does not exist in the target",
                table: table.source,
                remedy: "create and fill it with setup"
            )
        }
        let differences = table.differences(from: TargetTable(existing))
        if differences.isEmpty { return nil }
        return MigrationError(
            .tableMismatch,
            "table \(table.target) has another shape in the target: " + differences.joined(separator: ", "),
            table: table.source,
            remedy: "give verify the options that setup was given, or copy it again under another name"
        )
    }
}
