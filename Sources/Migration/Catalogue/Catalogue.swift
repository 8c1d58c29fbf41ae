package import PostgresClient
package import SchemaTranslation

/// Reads what the plan needs to know from PostgreSQL's system catalogue.
package enum Catalogue {
    /// Describes a schema with four queries.
    ///
    /// - Throws: `MigrationError`: the schema does not exist, has no tables, or the catalogue cannot be read.
    package static func snapshot(
        of schema: String,
        over connection: PostgresConnection
    ) async throws(MigrationError) -> SchemaSnapshot {
        let server = try await requireSchema(schema, over: connection)
        let relations = try await rows(CatalogueQuery.relations, [.text(schema)], over: connection, RelationRow.init)
        let assembly = SnapshotAssembly(server: server, schema: schema, relations: relations)
        guard relations.contains(where: { $0.schema == schema }) else {
            throw MigrationError(
                .schemaEmpty,
                "schema \(quotedIdentifier(schema)) of database \(quotedIdentifier(server.database)) has no tables",
                remedy: "check --postgres-source-schema and --postgres-db"
            )
        }
        let described = PostgresParameter.oidArray(assembly.describedRelations)
        let columns = try await rows(CatalogueQuery.columns, [described], over: connection, ColumnRow.init)
        let omitted = try await rows(
            CatalogueQuery.omittedObjects,
            [described, .text(schema)],
            over: connection,
            OmittedObjectRow.init
        )
        return assembly.snapshot(columns: columns, omittedObjects: omitted)
    }

    /// Describes the server, on which the schema exists.
    ///
    /// - Throws: `MigrationError` naming the schema and those that exist.
    static func requireSchema(
        _ schema: String,
        over connection: PostgresConnection
    ) async throws(MigrationError) -> ServerRow {
        let servers = try await rows(CatalogueQuery.server, [], over: connection, ServerRow.init)
        guard let server = servers.first else {
            throw MigrationError(.source, "the catalogue query for the server returned nothing")
        }
        guard server.schemas.contains(schema) else {
            let names = server.schemas.prefix(20).joined(separator: ", ") + (server.schemas.count > 20 ? ", …" : "")
            throw MigrationError(
                .schemaNotFound,
                "schema \(quotedIdentifier(schema)) does not exist in database \(quotedIdentifier(server.database))",
                remedy: names.isEmpty ? "it has no schemas at all" : "it has \(names)"
            )
        }
        return server
    }

    /// The rows of a catalogue query.
    ///
    /// - Throws: `MigrationError` when it fails or returns what it should not.
    static func rows<Row>(
        _ sql: String,
        _ parameters: [PostgresParameter],
        over connection: PostgresConnection,
        _ decode: (PostgresRow) throws(PostgresDecodingError) -> Row
    ) async throws(MigrationError) -> [Row] {
        let result: QueryResult
        do throws(PostgresError) {
            result = try await connection.query(sql, parameters)
        } catch {
            throw MigrationError("the catalogue cannot be read", error)
        }
        do throws(PostgresDecodingError) {
            var rows: [Row] = []
            for row in result.rows { rows.append(try decode(row)) }
            return rows
        } catch {
            throw MigrationError(.source, "the catalogue cannot be understood", underlying: error)
        }
    }
}
