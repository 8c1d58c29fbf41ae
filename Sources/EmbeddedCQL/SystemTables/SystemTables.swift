import CQLWire

/// Answers for the tables of the node itself: their rows are made anew for each SELECT, from the schema as it is.
struct SystemTables {
    /// The node's own keyspaces, with their tables.
    let keyspaces: [KeyspaceSchema]
    private let identity: NodeIdentity
    /// The other nodes of the ring.
    private let peers: [NodeIdentity]
    /// The schema's version when it was last asked for.
    private let latestVersion = LatestVersion()
    /// Whether the other node at that place has all that was changed here.
    var hasEveryChange: (Int) -> Bool = { _ in true }
    /// What the node has counted so far, by name.
    var counters: () -> [(name: String, value: Int)] = { [] }

    /// - Throws: `StatementError` if a definition of the tables were wrong.
    init(identity: NodeIdentity, peers: [NodeIdentity] = []) throws(StatementError) {
        self.identity = identity
        self.peers = peers
        var keyspaces: [KeyspaceSchema] = []
        for (name, definitions) in SystemDefinitions.keyspaces {
            var keyspace = KeyspaceSchema(
                name: name,
                replication: [.init(name: "class", value: "org.apache.cassandra.locator.LocalStrategy")]
            )
            keyspace.isSystem = true
            for definition in definitions {
                guard case .createTable(let create) = try Parser.parse(definition).statement else { continue }
                let id = CQLUUID(stableHashOf: "\(name).\(create.name.name)")
                keyspace.tables[create.name.name] = try TableBuilder(create, in: keyspace).table(id: id)
            }
            keyspaces.append(keyspace)
        }
        self.keyspaces = keyspaces
    }

    /// The present rows of a system table; nil when `table` is none.
    ///
    /// - Throws: `StatementError` if a row did not fit its table.
    func store(of table: TableSchema, _ schema: Schema) throws(StatementError) -> TableStore? {
        guard let keyspace = schema.keyspaces[table.keyspace], keyspace.isSystem else { return nil }
        var store = TableStore(clustering: table.clusteringOrder)
        for row in rows(of: table, schema) { try insert(row, into: &store, table) }
        return store
    }

    private func insert(
        _ row: [String: Term],
        into store: inout TableStore,
        _ table: TableSchema
    ) throws(StatementError) {
        var bytes: [UInt8] = []
        var mutation = RowMutation()
        mutation.reset(cellCount: table.cellCount)
        mutation.setsMarker = true
        for column in table.columns {
            guard let term = row[column.name],
                let value = try LiteralEncoder.encode(term, as: column.type, for: column.name)
            else { continue }
            switch column.kind {
            // Each of these tables has one partition key column.
            case .partitionKey: mutation.partitionKey = value
            case .clustering:
                mutation.clusteringKey.appendVariableLength(value.count)
                mutation.clusteringKey += value
            case .regular(let cell), .static(let cell):
                mutation.cells[cell] = .set(bytes.count..<bytes.count + value.count)
            }
            bytes += value
        }
        store.apply(mutation, bytes: bytes)
    }

    private func rows(of table: TableSchema, _ schema: Schema) -> [[String: Term]] {
        let keyspaces = schema.keyspaces.values.map(\.listed)
        return switch (table.keyspace, table.name) {
        case ("system", "local"): [local(schema)]
        case ("system", "peers"): peers.indices.map { peer($0, schema) }
        case ("system", "versions"): [["key": .string("local"), "version": .string(Node.clusterName)]]
        case ("system_schema", "scylla_tables"):
            keyspaces.flatMap { keyspace in
                keyspace.tables.values.map {
                    ["keyspace_name": .string(keyspace.name), "table_name": .string($0.name)]
                }
            }
        case ("system", "pgscylla_counters"):
            counters().map { ["name": .string($0.name), "value": .integer(String($0.value))] }
        case ("system_schema", "keyspaces"): keyspaces.map(keyspaceRow)
        case ("system_schema", "tables"): keyspaces.flatMap { $0.tables.values.map(tableRow) }
        case ("system_schema", "columns"):
            keyspaces.flatMap { $0.tables.values.flatMap { table in table.columns.map { columnRow($0, of: table) } } }
        case ("system_schema", "types"): keyspaces.flatMap { $0.types.values.map(typeRow) }
        default: []
        }
    }
}

// MARK: - Schema version

/// The version of the schema that was looked at last.
private final class LatestVersion {
    var schemaID: CQLUUID?
    var version = CQLUUID(high: 0, low: 0)
}

extension SystemTables {
    /// A digest of what `system_schema` shows, so that nodes with the same schema agree on its version.
    private func schemaVersion(_ schema: Schema) -> CQLUUID {
        guard latestVersion.schemaID != schema.version else { return latestVersion.version }
        var lines: [String] = []
        for table in schema.keyspaces["system_schema"]?.tables.values ?? [:].values {
            for row in rows(of: table, schema) {
                let columns = row.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.ordered($0.value))" }
                lines.append("\(table.name) \(columns.joined(separator: " "))")
            }
        }
        latestVersion.schemaID = schema.version
        latestVersion.version = CQLUUID(stableHashOf: lines.sorted().joined(separator: "\n")).asVersion4
        return latestVersion.version
    }

    /// A value as text; the entries of a map in one order.
    private static func ordered(_ term: Term) -> String {
        guard case .map(let entries) = term else { return "\(term)" }
        return entries.map { "\($0)" }.sorted().joined(separator: ",")
    }
}

extension KeyspaceSchema {
    /// The keyspace as `system_schema` shows it.
    fileprivate var listed: KeyspaceSchema {
        guard isSystem else { return self }
        var listed = self
        listed.tables = tables.filter { !SystemDefinitions.unlisted.contains($0.key) }
        return listed
    }
}

// MARK: - Rows

extension SystemTables {
    private func local(_ schema: Schema) -> [String: Term] {
        [
            "key": .string("local"),
            "bootstrapped": .string("COMPLETED"),
            "broadcast_address": .string(identity.address),
            "cluster_name": .string(Node.clusterName),
            "cql_version": .string(Node.cqlVersion),
            "data_center": .string(Node.datacenter),
            "gossip_generation": .integer("0"),
            "host_id": .uuid(identity.hostID.description),
            "listen_address": .string(identity.address),
            "native_protocol_version": .string("4"),
            "partitioner": .string(Node.partitioner),
            "rack": .string(Node.rack),
            "release_version": .string(Node.releaseVersion),
            "rpc_address": .string(identity.address),
            "schema_version": .uuid(schemaVersion(schema).description),
            "supported_features": .string(""),
            "tokens": .set(identity.tokens.map { .string(String($0)) }),
        ]
    }

    private func peer(_ index: Int, _ schema: Schema) -> [String: Term] {
        let peer = peers[index]
        // A node that lacks changes has some other version: clients wait until it has them.
        let version = hasEveryChange(index) ? schemaVersion(schema) : peer.hostID
        return [
            "peer": .string(peer.address),
            "data_center": .string(Node.datacenter),
            "host_id": .uuid(peer.hostID.description),
            "preferred_ip": .string(peer.address),
            "rack": .string(Node.rack),
            "release_version": .string(Node.releaseVersion),
            "rpc_address": .string(peer.address),
            "schema_version": .uuid(version.description),
            "supported_features": .string(""),
            "tokens": .set(peer.tokens.map { .string(String($0)) }),
        ]
    }

    private func keyspaceRow(_ keyspace: KeyspaceSchema) -> [String: Term] {
        [
            "keyspace_name": .string(keyspace.name),
            "durable_writes": .boolean(keyspace.durableWrites),
            "replication": .map(keyspace.replication.map { .init(key: .string($0.name), value: .string($0.value)) }),
        ]
    }

    private func tableRow(_ table: TableSchema) -> [String: Term] {
        var row: [String: Term] = [
            "keyspace_name": .string(table.keyspace),
            "table_name": .string(table.name),
            "extensions": .map([]),
            "flags": .set([.string("compound")]),
            "id": .uuid(table.id.description),
        ]
        for option in TableOptions.defaults { row[option.name] = table.options[option.name] }
        return row
    }

    private func typeRow(_ type: UserDefinedType) -> [String: Term] {
        [
            "keyspace_name": .string(type.keyspace),
            "type_name": .string(type.name),
            "field_names": .list(type.fields.map { .string($0.name) }),
            "field_types": .list(type.fields.map { .string($0.type.schemaText) }),
        ]
    }

    private func columnRow(_ column: Column, of table: TableSchema) -> [String: Term] {
        var order = "none"
        var kind = "regular"
        var position = -1
        switch column.kind {
        case .partitionKey(let place): (kind, position) = ("partition_key", place)
        case .clustering(let place, let isDescending):
            (order, kind, position) = (isDescending ? "desc" : "asc", "clustering", place)
        case .static: kind = "static"
        case .regular: break
        }
        return [
            "keyspace_name": .string(table.keyspace),
            "table_name": .string(table.name),
            "column_name": .string(column.name),
            "clustering_order": .string(order),
            "column_name_bytes": .blob(Array(column.name.utf8).hexadecimal),
            "kind": .string(kind),
            "position": .integer(String(position)),
            "type": .string(column.type.schemaText),
        ]
    }
}
