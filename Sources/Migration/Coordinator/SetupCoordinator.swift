import CQLClient
import PosixIO
import PostgresClient
import SchemaTranslation

/// `setup` from beginning to end: catalogue, plan, target tables, triggers, snapshot, copy, report.
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

    /// Connects to both sides and makes the plan, and changes nothing: what would fail a run at once fails here.
    ///
    /// - Throws: `MigrationError`.
    package func check() async throws(MigrationError) {
        let setup = setup
        try await withLane(named: "control") { lane throws(MigrationError) in
            let source = try await setup.source.connect(on: lane.loop)
            defer { source.close() }
            _ = try await MigrationPlan.make(of: setup.source.schema, for: setup.request, over: source)
            try await setup.target.connect(on: lane.loop).close()
        }
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
        let following = setup.following.map { following in
            Following(
                following: following,
                login: setup.target.login,
                source: source,
                target: target,
                loop: lane.loop,
                observer: observer
            )
        }
        let tables = plan.tables.filter { prepared.failures[$0.source] == nil }
        let followed = try await following?.begin(tables, keyspace: plan.keyspace)
        let run = PreparedRun(setup: setup, plan: plan, prepared: prepared, followed: followed)
        var reports = try await run.copy(target.board, over: source, observer, on: lane)
        if let following { try await conclude(&reports, run, following, on: lane) }
        reports += plan.skippedTables.map { TableReport($0) }
        return reports.sorted { $0.source.description < $1.source.description }
    }

    // MARK: Target

    private static func prepare(
        _ plan: MigrationPlan,
        _ target: TargetConfiguration,
        over session: CQLSession,
        _ observer: any RunObserver
    ) async throws(MigrationError) -> PreparedRun.Target {
        let keyspace = target.keyspaceDefinition(named: plan.keyspace, in: session.cluster)
        let preparation = TargetPreparation(session: session, keyspace: keyspace)
        let schema = try await preparation.prepareKeyspace()
        var prepared = PreparedRun.Target()
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

    // MARK: Following

    /// Makes good what triggers of before had missed, and says of each table whether it is followed.
    ///
    /// The copy has held the source's session in its snapshot: what is done here needs another.
    private static func conclude(
        _ reports: inout [TableReport],
        _ run: PreparedRun,
        _ following: Following,
        on lane: isolated Lane
    ) async throws(MigrationError) {
        guard let followed = run.followed else { return }
        let source = try await run.setup.source.connect(on: lane.loop)
        defer { source.close() }
        for index in reports.indices {
            guard let plan = run.plan.tables.first(where: { $0.source == reports[index].source }) else { continue }
            if case .failed = reports[index].outcome, run.prepared.failures[plan.source] != nil { continue }
            if let failure = followed.failures[plan.source] {
                reports[index].following = .failed(failure)
                continue
            }
            reports[index].following = .following
            guard let missed = followed.missed[plan.source] else { continue }
            reports[index].isTruncatedAtSource =
                run.prepared.heldRows[plan.source] == true && !missed.truncations.isEmpty
            guard !reports[index].hasFailed else { continue }
            do throws(MigrationError) {
                try await missed.deleteGoneRows(
                    plan,
                    following.changes,
                    timestamp: followed.timestamp,
                    from: source,
                    to: following.target
                )
                guard reports[index].rejectedRowCount == 0 else { continue }
                let forgets = !reports[index].isTruncatedAtSource
                try await missed.forget(plan, following.changes, forgetsTruncations: forgets, over: source)
            } catch {
                if error.kind == .interrupted { throw error }
                reports[index].outcome = .failed(error)
            }
        }
    }
}
