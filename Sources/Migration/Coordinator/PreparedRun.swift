import CQLClient
import PosixIO
import PostgresClient
import SchemaTranslation

/// A setup whose plan is made, whose target tables are there, and whose triggers are in place: what is left is to copy.
struct PreparedRun {
    /// What the target holds before the first row, by source table.
    struct Target {
        var heldRows: [QualifiedName: Bool] = [:]
        var failures: [QualifiedName: MigrationError] = [:]
    }

    let setup: SetupConfiguration
    let plan: MigrationPlan
    let prepared: Target
    /// Nil when nothing is followed.
    let followed: Following.Outcome?

    /// Copies the rows that were asked for.
    ///
    /// - Returns: a report for every table of the plan.
    /// - Throws: `MigrationError` when nothing can be copied at all.
    func copy(
        _ board: ClusterBoard,
        over source: PostgresConnection,
        _ observer: any RunObserver,
        on lane: isolated Lane
    ) async throws(MigrationError) -> [TableReport] {
        if setup.skipsExistingData, !plan.tables.contains(where: { !splits(of: $0).isEmpty }) {
            return plan.tables.map { created($0) }
        }
        let snapshot = try await SourceSnapshot.export(of: plan, timestamp: followed?.timestamp, over: source)
        let tables = plan.tables.map { table in
            TableRun(
                copy: TableCopy(
                    plan: table,
                    nullLength: mayLeaveUnset(table) ? -2 : -1,
                    timestamp: snapshot.timestamp,
                    progress: TableProgress()
                ),
                splits: splits(of: table),
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
        return tables.map { $0.splits.isEmpty && setup.skipsExistingData ? created($0.copy.plan) : $0.report }
    }

    /// Whether the target cannot hold a value where the source has NULL: it was empty, and no trigger of an earlier run has
    /// written to it since and missed what came after.
    private func mayLeaveUnset(_ table: TablePlan) -> Bool {
        prepared.heldRows[table.source] == false && followed?.missed[table.source]?.identifiers.isEmpty != false
    }

    private func created(_ table: TablePlan) -> TableReport {
        let outcome = prepared.failures[table.source].map { TableReport.Outcome.failed($0) } ?? .created
        return TableReport(source: table.source, target: table.target, outcome: outcome)
    }

    /// What is to be read of a table: everything, or, where rows are not wanted, those whose changes were missed.
    private func splits(of table: TablePlan) -> [CopySplit] {
        guard setup.skipsExistingData else { return table.splits(readerCount: setup.readerCount) }
        guard let following = setup.following, let missed = followed?.missed[table.source], !missed.identifiers.isEmpty
        else {
            return []
        }
        let condition = MissedChanges(foreignSchema: following.foreignSchema).rowCondition(table, missed.identifiers)
        return table.leaves.map { CopySplit(table: table.source, relation: $0.name, condition: condition) }
    }
}
