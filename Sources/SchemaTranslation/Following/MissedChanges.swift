/// The table in PostgreSQL that keeps what triggers could not carry to the target, in the changes' own transactions.
package struct MissedChanges: Hashable, Sendable {
    package static let name = "pgscylla_missed_changes"

    /// Where it is: beside the foreign tables.
    package let table: QualifiedName

    package init(foreignSchema: String) { table = QualifiedName(foreignSchema, Self.name) }

    package var createStatement: String {
        """
        CREATE TABLE IF NOT EXISTS \(table.quoted) (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            source text NOT NULL,
            key text[],
            reason text NOT NULL,
            missed_at timestamptz NOT NULL DEFAULT clock_timestamp()
        )
        """
    }

    /// How a source table is named in it.
    package static func sourceName(_ source: QualifiedName) -> String { source.quoted }

    /// Which changes of one table were missed: identifiers, and whether the change was a TRUNCATE.
    package func selectStatement(of source: QualifiedName) -> String {
        "SELECT id, key IS NULL FROM \(table.quoted) WHERE source = \(quotedLiteral(Self.sourceName(source))) ORDER BY id"
    }

    /// Forgets changes.
    package func deleteStatement(_ identifiers: [Int64]) -> String {
        "DELETE FROM \(table.quoted) AS missed WHERE \(Self.are(identifiers))"
    }

    /// A condition that is true of the rows of a table which changes were about.
    package func rowCondition(_ plan: TablePlan, _ identifiers: [Int64]) -> String {
        let names = plan.key.map { quotedIdentifier(plan.columns[$0].name) }.joined(separator: ", ")
        let keys = plan.key.indices.map { typedKey(plan, $0) }.joined(separator: ", ")
        return "(\(names)) IN (SELECT \(keys) FROM \(table.quoted) AS missed WHERE \(Self.are(identifiers)))"
    }

    /// The keys of rows that changes were about and that are there no more, columns in key order and in the form that
    /// a copy reads them in.
    package func goneKeysStatement(_ plan: TablePlan, _ identifiers: [Int64]) -> String {
        let equalities = plan.key.enumerated().map { position, index in
            "present.\(quotedIdentifier(plan.columns[index].name)) = \(typedKey(plan, position))"
        }
        let keys = plan.key.enumerated().map { position, index in
            if case .text = plan.columns[index].expression { key(position) } else { typedKey(plan, position) }
        }
        return """
            SELECT DISTINCT \(keys.joined(separator: ", ")) FROM \(table.quoted) AS missed
            WHERE \(Self.are(identifiers)) AND NOT EXISTS (
                SELECT FROM \(plan.source.quoted) AS present WHERE \(equalities.joined(separator: " AND "))
            )
            """
    }

    private func key(_ position: Int) -> String { "missed.key[\(position + 1)]" }

    private func typedKey(_ plan: TablePlan, _ position: Int) -> String {
        "\(key(position))::\(plan.columns[plan.key[position]].sourceType)"
    }

    private static func are(_ identifiers: [Int64]) -> String { "missed.id = ANY (\(array(identifiers)))" }

    private static func array(_ identifiers: [Int64]) -> String {
        "'{\(identifiers.map(String.init).joined(separator: ","))}'::bigint[]"
    }
}
