import PosixIO
import PostgresClient
import PostgresWire
import SchemaTranslation

/// Puts the foreign table and the triggers of one table in place.
struct TriggerInstallation {
    /// A writer must not wait behind us, who wait for a long transaction, for longer than this.
    private static let lockTimeout = "5s"
    private static let attemptCount = 6

    let following: FollowingConfiguration
    let source: PostgresConnection
    let loop: EventLoop

    /// Installs them in one transaction that holds the table's lock, so that every change that any later snapshot does
    /// not show runs the triggers.
    ///
    /// What is in place already stays there; what is not as it should be is replaced at one go.
    /// - Throws: `MigrationError` for the table.
    func install(_ table: FollowedTable) async throws(MigrationError) {
        for _ in 1..<Self.attemptCount {
            do throws(PostgresError) {
                return try await attempt(table)
            } catch {
                guard error.serverError?.sqlState == .lockNotAvailable else { throw failure(table, error) }
            }
            do throws(TransportError) {
                try await loop.sleep(for: .seconds(1))
            } catch {
                throw .interrupted
            }
        }
        do throws(PostgresError) { try await attempt(table) } catch { throw failure(table, error) }
    }

    private func failure(_ table: FollowedTable, _ error: PostgresError) -> MigrationError {
        let isLocked = error.serverError?.sqlState == .lockNotAvailable
        return MigrationError(
            "its triggers cannot be created",
            table: table.plan.source,
            error,
            remedy: isLocked ? "a long transaction holds the table: end it, or run again when it is over" : nil
        )
    }

    private func attempt(_ table: FollowedTable) async throws(PostgresError) {
        do throws(PostgresError) {
            try await source.execute("BEGIN")
            try await source.repeatSettings(
                and: [.init("lock_timeout", Self.lockTimeout), .init("client_min_messages", "warning")]
            )
            try await source.execute(
                "LOCK TABLE \(table.plan.source.quoted) IN \(following.lockMode.rawValue) MODE"
            )
            try await refuseWhatTriggersDoNotSee(table)
            try await placeForeignTable(table)
            for statement in table.rehearsalStatements { _ = try await source.query(statement) }
            try await source.execute(table.createFunctionStatement)
            try await source.execute(table.revokeStatement)
            try await placeTriggers(table)
            try await source.execute("COMMIT")
        } catch {
            // The error that ended the attempt is the one to report.
            if source.isUsable { try? await source.execute("ROLLBACK") }
            throw error
        }
    }

    /// A virtual column (PostgreSQL 18) is computed when it is read: a trigger finds NULL in it.
    private func refuseWhatTriggersDoNotSee(_ table: FollowedTable) async throws(PostgresError) {
        let rows = try await source.query(
            "SELECT attname FROM pg_attribute WHERE attrelid = \(table.plan.sourceOID) AND attgenerated = 'v' LIMIT 1",
            []
        ).rows
        guard let column = try rows.first?.text(0) else { return }
        throw .invalidRequest("column \"\(column)\" is a virtual generated one, which triggers cannot read")
    }

    private func placeForeignTable(_ table: FollowedTable) async throws(PostgresError) {
        let name = table.foreignTable
        let rows = try await source.query(
            """
            SELECT c.relkind::text, coalesce(obj_description(c.oid, 'pg_class'), ''),
                coalesce((SELECT string_agg(option_value, '.' ORDER BY option_name)
                    FROM pg_options_to_table(f.ftoptions) WHERE option_name IN ('keyspace', 'table')), '')
            FROM pg_class c LEFT JOIN pg_foreign_table f ON f.ftrelid = c.oid
            WHERE c.oid = to_regclass(\(quotedLiteral(name.quoted)))
            """,
            []
        ).rows
        if let row = rows.first {
            guard try row.text(0) == "f", try row.text(2) == table.plan.target.description else {
                throw .invalidRequest(
                    "\(name) exists and is no foreign table for \(table.plan.target): name another schema with "
                        + "--postgres-fdw-schema"
                )
            }
            if try row.text(1) == table.foreignTableComment { return }
            try await source.execute("DROP FOREIGN TABLE \(name.quoted)")
        }
        try await source.execute(table.createForeignTableStatement)
        try await source.execute(table.commentStatement)
    }

    private func placeTriggers(_ table: FollowedTable) async throws(PostgresError) {
        for relation in table.rowTriggerRelations {
            let found = try await source.query(table.rowTriggerQuery(on: relation), []).rows.first
            if try found?.text(0) == "true" { continue }
            if found != nil { try await source.execute(table.dropStatement(table.rowTrigger, on: relation)) }
            try await source.execute(table.createRowTriggerStatement(on: relation))
            try await source.execute(table.enableStatement(table.rowTrigger, on: relation))
        }
        for relation in table.truncateTriggerRelations {
            try await source.execute(table.createTruncateTriggerStatement(on: relation))
            try await source.execute(table.enableStatement(table.truncateTrigger, on: relation))
        }
    }
}
