import CQLClient
import CQLWire
import PostgresClient
import PostgresWire
import SchemaTranslation
import WireKit

/// Changes of one table that its triggers could not carry, as they were before the snapshot of this run: the copy of
/// the snapshot makes them good, but for rows that are there no more.
struct MissedRows {
    /// Changes of rows.
    var identifiers: [Int64] = []
    /// TRUNCATE commands.
    var truncations: [Int64] = []

    /// Reads what was missed.
    ///
    /// - Throws: `MigrationError` for the table.
    static func read(
        of plan: TablePlan,
        in changes: MissedChanges,
        over source: PostgresConnection
    ) async throws(MigrationError) -> MissedRows {
        var missed = MissedRows()
        try await plan.reading { () async throws(PostgresError) in
            for row in try await source.query(changes.selectStatement(of: plan.source), [], resultFormat: .binary).rows
            {
                do throws(PostgresDecodingError) {
                    let identifier = try row.decode(Int64.self, 0)
                    if try row.decode(Bool.self, 1) {
                        missed.truncations.append(identifier)
                    } else {
                        missed.identifiers.append(identifier)
                    }
                } catch {
                    throw .invalidRequest("\(error)")
                }
            }
        }
        return missed
    }

    /// Deletes from the target the rows that changes were about and that the source has no more.
    ///
    /// - Parameters:
    ///   - plan: the table.
    ///   - changes: where they are written down.
    ///   - timestamp: of the deletions; a row that has come back since was written with a later one.
    ///   - source: a session outside of the snapshot.
    ///   - target: the session that deletes.
    /// - Throws: `MigrationError` for the table.
    func deleteGoneRows(
        _ plan: TablePlan,
        _ changes: MissedChanges,
        timestamp: Int64,
        from source: PostgresConnection,
        to target: CQLSession
    ) async throws(MigrationError) {
        guard !identifiers.isEmpty else { return }
        let rows = try await plan.reading { () async throws(PostgresError) in
            try await source.query(changes.goneKeysStatement(plan, identifiers), [], resultFormat: .binary).rows
        }
        guard !rows.isEmpty else { return }
        do throws(CQLError) {
            let statement = try await target.prepare(plan.deleteStatement)
            for row in rows {
                // A key that the target cannot hold was never there.
                guard let key = Self.key(row, plan) else { continue }
                let options = StatementOptions(defaultTimestamp: timestamp)
                _ = try await target.execute(statement, values: key, isIdempotent: true, options)
            }
        } catch {
            throw MigrationError("rows that are gone cannot be deleted", table: plan.source, error)
        }
    }

    private static func key(_ row: PostgresRow, _ plan: TablePlan) -> [CQLValueBytes]? {
        var values: [CQLValueBytes] = []
        for (position, index) in plan.key.enumerated() {
            guard let field = try? row.field(position) else { return nil }
            var writer = ByteWriter()
            var conversion = ValueConversion(isKey: true)
            guard (try? conversion.append(field, plan.columns[index].conversion, to: &writer)) != nil else {
                return nil
            }
            values.append(.bytes(Array(writer.bytes.dropFirst(4))))
        }
        return values
    }

    /// Forgets what the run has made good.
    ///
    /// - Parameters:
    ///   - plan: the table.
    ///   - changes: where they are written down.
    ///   - forgetsTruncations: whether the rows of before are gone from the target.
    ///   - source: a session outside of the snapshot.
    /// - Throws: `MigrationError` for the table.
    func forget(
        _ plan: TablePlan,
        _ changes: MissedChanges,
        forgetsTruncations: Bool,
        over source: PostgresConnection
    ) async throws(MigrationError) {
        let done = identifiers + (forgetsTruncations ? truncations : [])
        guard !done.isEmpty else { return }
        try await plan.reading { () async throws(PostgresError) in
            try await source.execute(changes.deleteStatement(done))
        }
    }
}
