import PostgresClient
import PostgresWire
import SchemaTranslation
import WireKit

/// What all followed tables share in PostgreSQL: the extension, a schema, the server, the user mapping, and the table
/// of missed changes.
struct ForeignServerPreparation {
    let following: FollowingConfiguration
    let login: TargetConfiguration.Login?
    let source: PostgresConnection

    /// Creates what is missing and corrects what is there; live triggers are served all the time.
    ///
    /// - Throws: `MigrationError`.
    func prepare() async throws(MigrationError) {
        try await createExtension()
        let schema = quotedIdentifier(following.foreignSchema)
        try await step("schema \(schema) cannot be created in PostgreSQL") { source throws(PostgresError) in
            try await source.execute("CREATE SCHEMA IF NOT EXISTS \(schema)")
        }
        try await prepareServer()
        try await prepareUserMapping()
        try await step("the table of missed changes cannot be created") { source throws(PostgresError) in
            try await source.execute(MissedChanges(foreignSchema: following.foreignSchema).createStatement)
        }
    }

    private func createExtension() async throws(MigrationError) {
        try await step(
            "the extension scylla_fdw cannot be created",
            remedy: "\"pgscylla fdw install\" installs it in PostgreSQL's container, --load-method direct needs none"
        ) { source throws(PostgresError) in
            let wrapper = quotedLiteral(ForeignServer.wrapper)
            let found = try await source.query("SELECT 1 FROM pg_foreign_data_wrapper WHERE fdwname = \(wrapper)", [])
            if found.rows.isEmpty { try await source.execute("CREATE EXTENSION \(ForeignServer.wrapper)") }
        }
    }

    private func prepareServer() async throws(MigrationError) {
        let name = quotedLiteral(ForeignServer.name)
        try await step("the foreign server \(ForeignServer.name) cannot be prepared") { source throws(PostgresError) in
            let found = try await source.query("SELECT 1 FROM pg_foreign_server WHERE srvname = \(name)", [])
            guard !found.rows.isEmpty else { return try await source.execute(following.server.createStatement) }
            let rows = try await source.query(
                "SELECT option_name, option_value FROM pg_foreign_server, pg_options_to_table(srvoptions) "
                    + "WHERE srvname = \(name)",
                []
            ).rows
            var existing: [String: String] = [:]
            for row in rows { existing[try row.text(0)] = try row.text(1) }
            if let change = following.server.alterStatement(from: existing) { try await source.execute(change) }
        }
    }

    /// Neither an error's text nor, where this user may say so, the server's log gets to see the password.
    private func prepareUserMapping() async throws(MigrationError) {
        let statements = ForeignServer.userMappingStatements(login: login.map { ($0.user, $0.password.value) })
        let quiet = """
            DO $$ BEGIN
                PERFORM set_config(name, 'none', true) FROM (VALUES ('log_statement')) AS v(name);
                PERFORM set_config(name, '-1', true)
                    FROM (VALUES ('log_min_duration_statement'), ('log_min_duration_sample')) AS v(name);
                PERFORM set_config('log_min_error_statement', 'panic', true);
            EXCEPTION WHEN insufficient_privilege THEN NULL;
            END $$
            """
        try await step("the user mapping for \(ForeignServer.name) cannot be created") { source throws(PostgresError) in
            do throws(PostgresError) {
                try await source.execute("BEGIN")
                try await source.execute(quiet)
                for statement in statements { try await source.execute(statement) }
                try await source.execute("COMMIT")
            } catch {
                if source.isUsable { try await source.execute("ROLLBACK") }
                throw error.withoutStatement
            }
        }
    }

    private func step(
        _ failure: String,
        remedy: String? = nil,
        _ body: (PostgresConnection) async throws(PostgresError) -> Void
    ) async throws(MigrationError) {
        do throws(PostgresError) {
            try await body(source)
        } catch {
            throw MigrationError(failure, error, remedy: remedy)
        }
    }
}

extension PostgresRow {
    /// The text of a column.
    ///
    /// - Throws: `PostgresError` when it is NULL or no text.
    func text(_ index: Int) throws(PostgresError) -> String {
        do throws(PostgresDecodingError) {
            return try decode(String.self, index)
        } catch {
            throw .invalidRequest("\(error)")
        }
    }

    /// The bytes of a column, nil for NULL.
    ///
    /// - Throws: `PostgresError` when there is no such column.
    func field(_ index: Int) throws(PostgresError) -> ArraySlice<UInt8>? {
        do throws(PostgresDecodingError) {
            return try bytes(at: index)
        } catch {
            throw .invalidRequest("\(error)")
        }
    }
}

extension PostgresError {
    /// The same without the text of the statement.
    fileprivate var withoutStatement: PostgresError {
        guard case .server(var error) = self else { return self }
        error.query = nil
        return .server(error)
    }
}
