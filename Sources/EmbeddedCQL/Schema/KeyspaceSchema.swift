/// A keyspace: its replication and its tables.
struct KeyspaceSchema: Equatable, Sendable {
    let name: String
    /// The class first, then its options, as `system_schema.keyspaces` shows them.
    var replication: [ReplicationOption]
    var durableWrites = true
    var tables: [String: TableSchema] = [:]
    /// Belongs to the node: nobody may change it.
    var isSystem = false

    struct ReplicationOption: Equatable, Sendable {
        let name: String
        let value: String
    }
}

/// What a definition changed, as the answer and the event tell it (native protocol v4, section 4.2.5.5).
struct SchemaDelta: Equatable, Sendable {
    enum Change: String, Sendable {
        case created = "CREATED"
        case updated = "UPDATED"
        case dropped = "DROPPED"
    }

    let change: Change
    let keyspace: String
    /// Nil: the keyspace itself.
    let table: String?
    /// The tables whose rows are gone with the change.
    var removedTables: [TableSchema] = []
}
