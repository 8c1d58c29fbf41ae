import CQLWire
import WireKit

extension CQLSession {
    /// Reads a keyspace's tables and columns; nil when there is no such keyspace.
    ///
    /// - Throws: `CQLError`.
    package func keyspaceSchema(_ name: String) async throws(CQLError) -> KeyspaceSchema? {
        let condition = "WHERE keyspace_name = \(CQLLiteral.string(name))"
        let options = StatementOptions(consistency: .one, pageSize: 1000)
        guard let replication = try await replicationOptions(of: name) else { return nil }
        let types = try await rows(
            "SELECT type_name, field_names, field_types FROM system_schema.types \(condition)",
            options
        )
        let tables = try await rows("SELECT table_name FROM system_schema.tables \(condition)", options)
        let columns = try await rows(
            "SELECT table_name, column_name, clustering_order, kind, position, type FROM system_schema.columns "
                + condition,
            options
        )
        do throws(WireError) {
            return try KeyspaceSchema(
                name: name,
                replication: replication,
                types: types,
                tables: tables,
                columns: columns
            )
        } catch {
            throw .codec(error)
        }
    }

    /// The replication options of a keyspace, which the board is told too; nil when there is no such keyspace.
    ///
    /// - Throws: `CQLError`.
    package func replicationOptions(of keyspace: String) async throws(CQLError) -> [String: String]? {
        let condition = "WHERE keyspace_name = \(CQLLiteral.string(keyspace))"
        let options = StatementOptions(consistency: .one)
        let rows = try await rows("SELECT replication FROM system_schema.keyspaces \(condition)", options)
        guard let row = rows.first else { return nil }
        let replication: [String: String]
        do throws(WireError) {
            replication = try KeyspaceSchema.replication(row)
        } catch {
            throw .codec(error)
        }
        var topology = board.topology
        topology.replication[keyspace] = ReplicationStrategy(replication)
        board.update(topology)
        return replication
    }

    /// Runs a statement that changes the schema and waits until every node has taken the change over.
    ///
    /// It is repeated after errors, so it should say IF EXISTS or IF NOT EXISTS.
    /// - Throws: `CQLError`.
    package func changeSchema(
        _ statement: String,
        timeout: Duration = .seconds(60),
        agreementTimeout: Duration = .seconds(30)
    ) async throws(CQLError) -> SchemaAgreement {
        _ = try await query(statement, isIdempotent: true, StatementOptions(timeout: timeout))
        return try await schemaAgreement(timeout: agreementTimeout)
    }

    /// Waits until every node that is up reports the same schema version.
    ///
    /// - Throws: `CQLError`.
    package func schemaAgreement(timeout: Duration) async throws(CQLError) -> SchemaAgreement {
        let deadline = ContinuousClock.now + timeout
        var pause = Duration.milliseconds(50)
        while true {
            let nodes = try await retrying(isIdempotent: true) { connection throws(CQLError) in
                try await ClusterDescription.read(from: connection).nodes
            }
            // What was last heard of a node that is down says nothing about the others.
            let statuses = board.statuses
            let versions = Set(nodes.filter { statuses.isUp($0.endpoint) }.compactMap(\.schemaVersion))
            if versions.count <= 1 { return .agreed }
            guard ContinuousClock.now + pause < deadline else { return .timedOut(versionCount: versions.count) }
            try await sleep(for: pause)
            pause = min(pause * 2, .seconds(1))
        }
    }
}

/// Whether all nodes of a cluster have the same schema.
package enum SchemaAgreement: Hashable, Sendable {
    case agreed
    /// Nodes differ still, or one is down: its last known version counts.
    case timedOut(versionCount: Int)
}

extension KeyspaceSchema {
    init(
        name: String,
        replication: [String: String],
        types: [ResultRow],
        tables: [ResultRow],
        columns: [ResultRow]
    ) throws(WireError) {
        self.init(name: name, replication: replication)
        userTypes = try Self.resolved(types, keyspace: name)
        var columnsByTable: [String: [ColumnSchema]] = [:]
        for row in columns {
            let table = try row.text("table_name") ?? ""
            columnsByTable[table, default: []].append(try ColumnSchema(row, userTypes: userTypes))
        }
        // Views have columns too, but are not in `system_schema.tables`.
        for row in tables {
            let table = try row.text("table_name") ?? ""
            self.tables.append(TableSchema(name: table, columns: columnsByTable[table] ?? []))
        }
    }

    /// The options in a row of `system_schema.keyspaces`.
    static func replication(_ keyspace: ResultRow) throws(WireError) -> [String: String] {
        guard case .map(let entries) = try keyspace.value("replication") else { return [:] }
        var options: [String: String] = [:]
        for entry in entries {
            if case .text(let key) = entry.key, case .text(let value) = entry.value { options[key] = value }
        }
        return options
    }

    /// Types may contain one another, and come in the order of their names.
    private static func resolved(_ rows: [ResultRow], keyspace: String) throws(WireError) -> [UserDefinedType] {
        var known: [UserDefinedType] = []
        var pending: [(name: String, fields: [(name: String, spelling: String)])] = []
        for row in rows {
            let fields = zip(try row.texts("field_names"), try row.texts("field_types")).map {
                (name: $0, spelling: $1)
            }
            pending.append((name: try row.text("type_name") ?? "", fields: fields))
        }
        var hasProgress = true
        while hasProgress {
            hasProgress = false
            for (index, type) in pending.enumerated().reversed() {
                let fields = type.fields.compactMap { field in
                    (try? ColumnType(spelling: field.spelling, userTypes: known)).map {
                        UserDefinedType.Field(name: field.name, type: $0)
                    }
                }
                guard fields.count == type.fields.count else { continue }
                known.append(UserDefinedType(keyspace: keyspace, name: type.name, fields: fields))
                pending.remove(at: index)
                hasProgress = true
            }
        }
        return known
    }
}

extension ColumnSchema {
    fileprivate init(_ row: ResultRow, userTypes: [UserDefinedType]) throws(WireError) {
        let spelling = try row.text("type") ?? ""
        let kind = try row.text("kind") ?? ""
        guard let kind = Kind(rawValue: kind) else {
            throw WireError(.invalidValue("'\(kind)' is not a kind of column"), field: "kind", offset: 0)
        }
        self.init(
            name: try row.text("column_name") ?? "",
            kind: kind,
            position: try row.int("position") ?? -1,
            typeSpelling: spelling,
            type: (try? ColumnType(spelling: spelling, userTypes: userTypes)) ?? .custom(spelling),
            clusteringOrder: (try row.text("clustering_order")).flatMap(ClusteringOrder.init) ?? .none
        )
    }
}
