import PosixIO
import PostgresClient
import SchemaTranslation

/// Loads the sample tables into a database.
package enum SampleData {
    /// A table after loading.
    package struct LoadedTable: Hashable, Sendable {
        package let name: String
        package let rowCount: Int
        /// Whether it was not there before, or was replaced.
        package let isCreated: Bool
    }

    /// Creates what is missing and writes every row, in one transaction; doing it again restores the content.
    ///
    /// - Parameters:
    ///   - source: the server, and the schema to load into.
    ///   - replacing: drops tables of these names first, whatever their columns.
    /// - Returns: the tables, in the order in which they were loaded.
    /// - Throws: `MigrationError`: no connection, no such schema, or a table of a sample's name with other columns.
    package static func load(
        into source: SourceConfiguration,
        replacing: Bool
    ) async throws(MigrationError) -> [LoadedTable] {
        try await withLane(named: "sample") { lane throws(MigrationError) in
            let connection = try await source.connect(on: lane.loop)
            defer { connection.close() }
            _ = try await Catalogue.requireSchema(source.schema, over: connection)
            do {
                return try await connection.withTransaction { connection in
                    try await load(into: source.schema, replacing: replacing, over: connection)
                }
            } catch let error as PostgresError {
                throw MigrationError("the sample data cannot be loaded", error)
            } catch let error as MigrationError {
                throw error
            } catch {
                throw MigrationError(.source, "the sample data cannot be loaded", underlying: error)
            }
        }
    }

    private static func load(
        into schema: String,
        replacing: Bool,
        over connection: PostgresConnection
    ) async throws -> [LoadedTable] {
        var loaded: [LoadedTable] = []
        var existing: [String: ExistingSampleTable] = [:]
        if replacing {
            for table in SampleTable.all { try await connection.execute(table.dropStatement(in: schema)) }
        } else {
            existing = try await existingTables(in: schema, over: connection)
        }
        for table in SampleTable.all {
            if let existing = existing[table.name] {
                guard table.matches(existing) else { throw refusal(table, in: schema) }
                try await connection.execute(table.cleaningStatement(in: schema))
            } else {
                try await connection.execute(table.createStatement(in: schema))
            }
            try await connection.execute(table.loadStatement(in: schema))
            loaded.append(
                LoadedTable(
                    name: table.name,
                    rowCount: SampleTable.rowCount,
                    isCreated: existing[table.name] == nil
                )
            )
        }
        return loaded
    }

    private static func existingTables(
        in schema: String,
        over connection: PostgresConnection
    ) async throws -> [String: ExistingSampleTable] {
        let names = PostgresParameter.textArray(SampleTable.all.map(\.name))
        let result = try await connection.query(ExistingSampleTable.query, [.text(schema), names])
        var tables: [String: ExistingSampleTable] = [:]
        for row in result.rows {
            let kind = try row.decode(String.self, "kind")
            let column = ExistingSampleTable.Column(
                name: try row.decode(String.self, "name"),
                type: try row.decode(String.self, "type"),
                isKey: try row.decode(Bool.self, "is_key")
            )
            tables[try row.decode(String.self, "relation"), default: ExistingSampleTable(kind: kind, columns: [])]
                .columns
                .append(column)
        }
        return tables
    }

    private static func refusal(_ table: SampleTable, in schema: String) -> MigrationError {
        MigrationError(
            .planRefused,
            "exists already, and with other columns than the sample's",
            table: QualifiedName(schema, table.name),
            remedy: "use --replace to drop it, or another --postgres-source-schema"
        )
    }
}
