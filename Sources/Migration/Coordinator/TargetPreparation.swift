import CQLClient
import SchemaTranslation

/// What the target needs before rows can come: the keyspace, the tables, and whether they hold rows already.
struct TargetPreparation {
    /// A table that can be written to.
    struct Prepared {
        /// Whether the target table held rows before the run.
        let heldRows: Bool
    }

    private let session: CQLSession
    private let keyspace: KeyspaceDefinition

    init(session: CQLSession, keyspace: KeyspaceDefinition) {
        self.session = session
        self.keyspace = keyspace
    }

    /// Creates the keyspace when it is missing.
    ///
    /// - Returns: what the keyspace holds.
    /// - Throws: `MigrationError` when the target refuses it, or its schema cannot be read.
    func prepareKeyspace() async throws(MigrationError) -> KeyspaceSchema {
        do throws(CQLError) {
            if let existing = try await session.keyspaceSchema(keyspace.name) { return existing }
            _ = try await session.changeSchema(keyspace.createStatement)
            // Where its replicas are decides where rows go.
            _ = try await session.replicationOptions(of: keyspace.name)
            return KeyspaceSchema(name: keyspace.name)
        } catch {
            throw MigrationError("keyspace \(quotedIdentifier(keyspace.name)) cannot be created", error)
        }
    }

    /// Creates a table when it is missing; one that exists must have the planned shape.
    ///
    /// - Throws: `MigrationError` (table mismatch) saying each difference, or why the target refuses the table.
    func prepare(_ table: TablePlan, in schema: KeyspaceSchema) async throws(MigrationError) -> Prepared {
        guard let existing = schema.table(table.target.name) else {
            try await create(table)
            return Prepared(heldRows: false)
        }
        let differences = table.differences(from: TargetTable(existing))
        guard differences.isEmpty else {
            throw MigrationError(
                .tableMismatch,
                "table \(table.target) exists in the target with another shape: "
                    + differences.joined(separator: ", "),
                table: table.source,
                remedy: "drop or rename it there, or choose another keyspace with --scylla-ks"
            )
        }
        return Prepared(heldRows: try await holdsRows(table))
    }

    private func create(_ table: TablePlan) async throws(MigrationError) {
        do throws(CQLError) {
            _ = try await session.changeSchema(table.createTableStatement)
        } catch {
            throw MigrationError("table \(table.target) cannot be created", table: table.source, error)
        }
    }

    private func holdsRows(_ table: TablePlan) async throws(MigrationError) -> Bool {
        let key = table.key.map { quotedIdentifier(table.columns[$0].name) }.joined(separator: ", ")
        do throws(CQLError) {
            return try await !session.rows("SELECT \(key) FROM \(table.target.quoted) LIMIT 1").isEmpty
        } catch {
            throw MigrationError("table \(table.target) cannot be read", table: table.source, error)
        }
    }
}
