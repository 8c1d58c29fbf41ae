/// What following the changes of a plan's tables would do in PostgreSQL, as comments behind the plan's CQL script.
package struct FollowingScript: Hashable, Sendable {
    package let plan: MigrationPlan
    package let foreignSchema: String
    package let server: ForeignServer
    /// How each table would be locked.
    package let lockMode: String
    /// Whether a user and a password go into the user mapping; they are not shown.
    package let hasLogin: Bool

    package init(
        plan: MigrationPlan,
        foreignSchema: String,
        server: ForeignServer,
        lockMode: String,
        hasLogin: Bool
    ) {
        self.plan = plan
        self.foreignSchema = foreignSchema
        self.server = server
        self.lockMode = lockMode
        self.hasLogin = hasLogin
    }

    /// The comments, ending with a line feed.
    package var text: String {
        var lines = ["", "In PostgreSQL, so that triggers carry later changes:", ""]
        let mapping = ForeignServer.userMappingStatements(login: hasLogin ? ("…", "…") : nil)
        lines += statements(
            [
                "CREATE EXTENSION IF NOT EXISTS \(ForeignServer.wrapper)",
                "CREATE SCHEMA IF NOT EXISTS \(quotedIdentifier(foreignSchema))", server.createStatement,
            ] + mapping + [MissedChanges(foreignSchema: foreignSchema).createStatement]
        )
        for table in plan.tables { lines += [""] + description(of: table) }
        let comments = lines.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }
        return comments.map { $0.isEmpty ? "--\n" : "-- \($0)\n" }.joined()
    }

    private func description(of plan: TablePlan) -> [String] {
        let table: FollowedTable
        do throws(FollowedTable.Obstacle) {
            table = try FollowedTable(plan, foreignSchema: foreignSchema)
        } catch {
            return ["\(plan.source) would not be followed: \(error)"]
        }
        let triggers =
            table.rowTriggerRelations.map { table.createRowTriggerStatement(on: $0) }
            + table.rowTriggerRelations.map { table.enableStatement(table.rowTrigger, on: $0) }
            + table.truncateTriggerRelations.map { table.createTruncateTriggerStatement(on: $0) }
            + table.truncateTriggerRelations.map { table.enableStatement(table.truncateTrigger, on: $0) }
        return ["\(plan.source), in one transaction:"]
            + statements(
                ["LOCK TABLE \(plan.source.quoted) IN \(lockMode) MODE", table.createForeignTableStatement]
                    + [table.createFunctionStatement, table.revokeStatement] + triggers
            )
    }

    private func statements(_ statements: [String]) -> [String] { statements.map { "\($0);" } }
}
