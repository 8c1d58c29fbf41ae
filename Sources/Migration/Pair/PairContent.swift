import CQLClient
import CQLWire
package import PosixIO
import PostgresClient
import PostgresWire
import SchemaTranslation
package import WireKit

/// What a pair of databases holds of a migration.
package struct PairContent: Equatable, Sendable {
    /// A table of the source.
    package struct Table: Hashable, Sendable {
        package let name: String
        /// Its table in the target; nil where there is none.
        package let target: String?
    }

    /// Tables of the schema, sorted; nil when the source could not be asked.
    package var tables: [Table]?
    /// Triggers that write to the target, as `table: trigger`.
    package var triggers: [String] = []
    /// Logical replication slots of the database.
    package var slots: [String] = []
    /// Tables of the keyspace; nil when there is no such keyspace, or the target could not be asked.
    package var targetTables: [String]?

    package init() {}

    /// How many tables have a counterpart.
    package var migratedCount: Int { (tables ?? []).count { $0.target != nil } }
}

extension PairContent {
    /// The end of the name of every trigger that follows changes into the target.
    private static let triggerSuffix = "_scylla_replication_trigger"

    /// Asks both sides; one that cannot be asked leaves its part empty.
    ///
    /// - Parameters:
    ///   - postgres: PostgreSQL, or nil when it does not answer.
    ///   - cql: a CQL node, or nil when it does not answer.
    ///   - login: user, password and database of PostgreSQL.
    ///   - schema: the schema that is migrated.
    ///   - keyspace: the keyspace it is migrated to.
    /// - Returns: what they hold.
    /// - Throws: `MigrationError` when a server refuses a question.
    package static func read(
        postgres: Endpoint?,
        cql: Endpoint?,
        login: (user: String, password: Credential, database: String),
        schema: String,
        keyspace: String
    ) async throws(MigrationError) -> PairContent {
        var content = PairContent()
        if let cql { content.targetTables = try await targetTables(at: cql, keyspace: keyspace) }
        guard let postgres else { return content }
        let configuration = PostgresConfiguration(
            endpoints: [postgres],
            user: login.user,
            password: login.password,
            database: login.database
        )
        let source = try await source(configuration, schema: schema)
        let present = Set(content.targetTables ?? [])
        content.tables = source.tables.map { name in
            let target = TargetName.legal(for: name)
            return Table(name: name, target: present.contains(target) ? target : nil)
        }
        content.triggers = source.triggers
        content.slots = source.slots
        return content
    }

    private static func source(
        _ configuration: PostgresConfiguration,
        schema: String
    ) async throws(MigrationError) -> (tables: [String], triggers: [String], slots: [String]) {
        let name = SQLText.literal(schema)
        let questions = [
            "SELECT relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
                + "WHERE nspname = \(name) AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1",
            "SELECT relname || ': ' || tgname FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid "
                + "JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = \(name) AND NOT tgisinternal "
                + "AND right(tgname::text, \(triggerSuffix.utf8.count)) = '\(triggerSuffix)' ORDER BY 1",
            "SELECT slot_name::text FROM pg_replication_slots "
                + "WHERE slot_type = 'logical' AND database = current_database() ORDER BY 1",
        ]
        return try await withLane(named: "status") { lane throws(MigrationError) in
            do {
                let connection = try await PostgresConnection.connect(configuration, on: lane.loop)
                defer { connection.close() }
                var answers: [[String]] = []
                for question in questions {
                    let rows = try await connection.query(question).first?.rows ?? []
                    answers.append(try rows.map { try $0.decode(String.self, 0) })
                }
                return (answers[0], answers[1], answers[2])
            } catch {
                throw MigrationError(.source, "PostgreSQL cannot be asked what it holds", underlying: error)
            }
        }
    }

    private static func targetTables(
        at endpoint: Endpoint,
        keyspace: String
    ) async throws(MigrationError) -> [String]? {
        try await withLane(named: "status") { lane throws(MigrationError) in
            do throws(CQLError) {
                let configuration = CQLConfiguration(endpoints: [endpoint], consistency: .localOne, attemptLimit: 2)
                let session = try await CQLSession.connect(configuration, on: lane.loop)
                defer { session.close() }
                return try await session.keyspaceSchema(keyspace)?.tables.map(\.name).sorted()
            } catch {
                throw MigrationError("ScyllaDB cannot be asked what it holds", error)
            }
        }
    }
}
