import CQLWire

/// A keyspace: its replication, types and tables.
struct KeyspaceSchema: Equatable, Sendable {
    let name: String
    /// The class first, then its options, as `system_schema.keyspaces` shows them.
    var replication: [ReplicationOption]
    var durableWrites = true
    var types: [String: UserDefinedType] = [:]
    var tables: [String: TableSchema] = [:]
    /// Belongs to the node: nobody may change it.
    var isSystem = false

    struct ReplicationOption: Equatable, Sendable {
        let name: String
        let value: String
    }
}

/// What a definition changed: what clients are told, and the tables whose rows go with it.
struct SchemaDelta: Equatable, Sendable {
    let change: SchemaChange
    var removedTables: [TableSchema] = []

    init(
        _ change: SchemaChange.Change,
        _ target: SchemaChange.Target = .keyspace,
        keyspace: String,
        removedTables: [TableSchema] = []
    ) {
        self.change = SchemaChange(change: change, target: target, keyspace: keyspace)
        self.removedTables = removedTables
    }
}
