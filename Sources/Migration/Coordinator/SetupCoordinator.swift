import CQLClient
import PosixIO
import PostgresClient
import SchemaTranslation

/// `setup` from beginning to end: catalogue, plan, target tables, snapshot, copy, report.
package struct SetupCoordinator: Sendable {
    private let setup: SetupConfiguration
    private let observer: any RunObserver

    package init(_ setup: SetupConfiguration, observer: any RunObserver) {
        self.setup = setup
        self.observer = observer
    }

    /// Does what the configuration asks for.
    ///
    /// - Returns: how each table came out; a table that failed does not stop the others.
    /// - Throws: `MigrationError` when nothing can be done at all, or when the task is cancelled.
    package func run() async throws(MigrationError) -> RunReport {
        let start = ContinuousClock.now
        let setup = setup
        let observer = observer
        let tables = try await withLane(named: "control") { lane throws(MigrationError) in
            try await Self.run(setup, observer, on: lane)
        }
        return RunReport(tables: tables, duration: start.duration(to: .now), rejectsPath: setup.rejectsPath)
    }

    private static func run(
        _ setup: SetupConfiguration,
        _ observer: any RunObserver,
        on lane: isolated Lane
    ) async throws(MigrationError) -> [TableReport] {
        let source = try await setup.source.connect(on: lane.loop)
        defer { source.close() }
        let plan = try await MigrationPlan.make(of: setup.source.schema, for: setup.request, over: source)
        let target = try await setup.target.connect(on: lane.loop)
        defer { target.close() }
        let prepared = try await prepare(plan, setup.target, over: target, observer)
        var reports = plan.skippedTables.map { TableReport($0) }
        if setup.skipsExistingData {
            reports += plan.tables.map { table in
                let failure = prepared.failures[table.source]
                let outcome = failure.map { TableReport.Outcome.failed($0) } ?? .created
                return TableReport(source: table.source, target: table.target, outcome: outcome)
            }
        } else {
            reports += try await copy(plan, prepared, setup, target.board, over: source, observer, on: lane)
        }
        return reports.sorted { $0.source.description < $1.source.description }
    }

    // MARK: Target

    /// What the target holds before the first row, by source table.
    private struct Prepared {
        var heldRows: [QualifiedName: Bool] = [:]
        var failures: [QualifiedName: MigrationError] = [:]
    }

    private static func prepare(
        _ plan: MigrationPlan,
        _ target: TargetConfiguration,
        over session: CQLSession,
        _ observer: any RunObserver
    ) async throws(MigrationError) -> Prepared {
        let keyspace = target.keyspaceDefinition(named: plan.keyspace, in: session.cluster)
        let preparation = TargetPreparation(session: session, keyspace: keyspace)
        let schema = try await preparation.prepareKeyspace()
        var prepared = Prepared()
        for table in plan.tables {
            do throws(MigrationError) {
                prepared.heldRows[table.source] = try await preparation.prepare(table, in: schema).heldRows
            } catch {
                if error.kind == .interrupted { throw error }
                prepared.failures[table.source] = error
            }
        }
        return prepared
    }

    // MARK: Copy

    private static func copy(
        _ plan: MigrationPlan,
        _ prepared: Prepared,
        _ setup: SetupConfiguration,
        _ board: ClusterBoard,
        over source: PostgresConnection,
        _ observer: any RunObserver,
        on lane: isolated Lane
    ) async throws(MigrationError) -> [TableReport] {
        let snapshot = try await SourceSnapshot.export(of: plan, over: source)
        let tables = plan.tables.map { table in
            TableRun(
                copy: TableCopy(
                    plan: table,
                    // Rows that are there already may hold values where the source has NULL now.
                    nullLength: prepared.heldRows[table.source] == false ? -2 : -1,
                    timestamp: snapshot.timestamp,
                    progress: TableProgress()
                ),
                splits: table.splits(readerCount: setup.readerCount),
                failure: prepared.failures[table.source] ?? snapshot.refusals[table.source]
            )
        }
        let rejects: RejectsFile
        do throws(SyscallError) {
            rejects = try RejectsFile(path: setup.rejectsPath, runTimestamp: snapshot.timestamp)
        } catch {
            throw MigrationError(.file, "a thread cannot be started", underlying: error)
        }
        defer { rejects.close() }
        let run = CopyRun(
            setup: setup,
            board: board,
            snapshotIdentifier: snapshot.identifier,
            tables: tables,
            rejects: rejects,
            observer: observer
        )
        try await run.run(on: lane)
        return tables.map(\.report)
    }
}
