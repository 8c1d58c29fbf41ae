import SchemaTranslation

/// A table of the sample data, with the query that makes its rows.
package struct SampleTable: Hashable, Sendable {
    struct Column: Hashable, Sendable {
        let name: String
        /// As `format_type` spells it, so that an existing table can be compared.
        let type: String
        /// The value for row `i`, as SQL.
        let value: String

        init(_ name: String, _ type: String, _ value: String) {
            self.name = name
            self.type = type
            self.value = value
        }
    }

    package let name: String
    /// The first is the primary key.
    let columns: [Column]

    /// Rows that loading leaves in the table.
    package static let rowCount = 1000

    private var key: String { columns.first?.name ?? "" }

    func createStatement(in schema: String) -> String {
        let definitions = columns.map { column in
            "\(quotedIdentifier(column.name)) \(column.type)" + (column.name == key ? " PRIMARY KEY" : "")
        }
        return "CREATE TABLE \(QualifiedName(schema, name).quoted) (\(definitions.joined(separator: ", ")))"
    }

    func dropStatement(in schema: String) -> String {
        "DROP TABLE IF EXISTS \(QualifiedName(schema, name).quoted)"
    }

    /// Removes what other runs or `sample modify` have left.
    func cleaningStatement(in schema: String) -> String {
        "DELETE FROM \(QualifiedName(schema, name).quoted) "
            + "WHERE \(quotedIdentifier(key)) NOT BETWEEN 1 AND \(Self.rowCount)"
    }

    /// Writes every row, over the one that is there: loading again converges.
    func loadStatement(in schema: String) -> String {
        let names = columns.map { quotedIdentifier($0.name) }
        let values = columns.map { "(\($0.value))::\($0.type)" }
        let updates = names.dropFirst().map { "\($0) = EXCLUDED.\($0)" }
        return """
            INSERT INTO \(QualifiedName(schema, name).quoted) (\(names.joined(separator: ", ")))
            SELECT \(values.joined(separator: ", ")) FROM generate_series(1, \(Self.rowCount)) AS i
            ON CONFLICT (\(quotedIdentifier(key))) DO UPDATE SET \(updates.joined(separator: ", "))
            """
    }
}
