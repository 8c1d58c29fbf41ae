package import PostgresClient
import PostgresWire
package import SchemaTranslation

/// One consistent view of the source that any number of sessions can share, held by a transaction of its own.
///
/// Confined to its connection's loop. It ends with `close()` or with the session.
package final class SourceSnapshot {
    /// Microseconds since 1970, by PostgreSQL's clock, just before the snapshot was taken.
    ///
    /// What the snapshot does not show was committed later than this, so that a change followed afterwards can always
    /// carry a later timestamp than the copied row.
    package let timestamp: Int64
    /// What other sessions give to SET TRANSACTION SNAPSHOT.
    package let identifier: String
    /// Tables that could not be locked, with the reason; they cannot be read either.
    package let refusals: [QualifiedName: MigrationError]
    private let connection: PostgresConnection

    private init(
        connection: PostgresConnection,
        timestamp: Int64,
        identifier: String,
        refusals: [QualifiedName: MigrationError]
    ) {
        self.connection = connection
        self.timestamp = timestamp
        self.identifier = identifier
        self.refusals = refusals
    }

    /// Locks the tables of `plan` in ACCESS SHARE mode, then takes and exports a snapshot.
    ///
    /// The locks come first: a TRUNCATE between the snapshot and the first read would make a table read as empty. READ
    /// COMMITTED, because only there does a statement of its own, the one that exports, take the snapshot, after the
    /// clock was read (PostgreSQL documentation, "Snapshot Synchronization Functions").
    ///
    /// - Parameters:
    ///   - plan: whose tables.
    ///   - timestamp: a time before which the copy is to be; nil takes the clock's.
    ///   - connection: the session that holds the snapshot.
    /// - Returns: the snapshot.
    /// - Throws: `MigrationError` when the session fails or no snapshot can be exported.
    package static func export(
        of plan: MigrationPlan,
        timestamp: Int64? = nil,
        over connection: PostgresConnection
    ) async throws(MigrationError) -> SourceSnapshot {
        var refusals: [QualifiedName: MigrationError] = [:]
        do throws(PostgresError) {
            try await connection.execute("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY")
            try await connection.repeatSettings(and: [.init("lock_timeout", "0")])
            for table in plan.tables {
                if let refusal = try await lock(table, over: connection) { refusals[table.source] = refusal }
            }
            let clock = try await SourceClock.microseconds(over: connection)
            let identifier = try await connection.exportSnapshot()
            return SourceSnapshot(
                connection: connection,
                timestamp: min(timestamp ?? clock, clock),
                identifier: identifier,
                refusals: refusals
            )
        } catch {
            throw MigrationError("a snapshot of the source cannot be taken", error)
        }
    }

    /// Locks a table and everything it is read through; one that this user may not read does not stop the others.
    private static func lock(
        _ table: TablePlan,
        over connection: PostgresConnection
    ) async throws(PostgresError) -> MigrationError? {
        let relations = Set([table.source] + table.leaves.map(\.name)).sorted { $0.description < $1.description }
        let names = relations.map { "ONLY \($0.quoted)" }.joined(separator: ", ")
        try await connection.execute("SAVEPOINT lock_table")
        do throws(PostgresError) {
            try await connection.execute("LOCK TABLE \(names) IN ACCESS SHARE MODE")
        } catch {
            guard case .server = error else { throw error }
            try await connection.execute("ROLLBACK TO SAVEPOINT lock_table")
            // The savepoint outlives the rollback, and no snapshot can be exported while one stands.
            try await connection.execute("RELEASE SAVEPOINT lock_table")
            return MigrationError(
                "cannot be locked against TRUNCATE and DROP",
                table: table.source,
                error,
                remedy: "grant SELECT on it to the user, or leave it out with --exclude"
            )
        }
        try await connection.execute("RELEASE SAVEPOINT lock_table")
        return nil
    }

    /// Puts a session inside the snapshot, read only.
    ///
    /// - Throws: `MigrationError` when the snapshot is gone, or the session lost.
    package static func enter(
        _ identifier: String,
        over connection: PostgresConnection
    ) async throws(MigrationError) {
        do throws(PostgresError) {
            if connection.transactionStatus != .idle { try await connection.execute("ROLLBACK") }
            try await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try await connection.execute("SET TRANSACTION SNAPSHOT \(SQLText.literal(identifier))")
            try await connection.repeatSettings(and: settings(of: connection))
        } catch {
            throw MigrationError("the snapshot cannot be entered", error)
        }
    }

    /// What a long read needs beside a session's own settings: no timeout may end it.
    private static func settings(of connection: PostgresConnection) -> [SessionParameter] {
        var settings = [SessionParameter("lock_timeout", "0")]
        if connection.parameters["server_encoding"] == "SQL_ASCII" {
            // Such a server never checked its text. Asked for UTF-8 it would end the whole COPY at the first byte that
            // is not; the transcoder rejects just the row.
            settings.append(SessionParameter("client_encoding", "SQL_ASCII"))
        }
        return settings
    }

    /// Releases the locks and the snapshot.
    package func close() { connection.close() }
}
