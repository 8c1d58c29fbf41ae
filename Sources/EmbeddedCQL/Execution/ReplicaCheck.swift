import CQLWire

/// Whether the one replica that there is meets a consistency level.
enum ReplicaCheck {
    /// - Throws: `StatementError` as `require` does, and for the levels that only lightweight transactions have.
    static func requireWrite(_ consistency: Consistency, in name: String, _ schema: Schema) throws(StatementError) {
        if consistency == .serial || consistency == .localSerial {
            throw .invalid("You must use conditional updates for serializable writes")
        }
        try require(consistency, in: name, schema)
    }

    /// - Throws: `StatementError` (unavailable) when the level needs more replicas than one.
    static func require(_ consistency: Consistency, in name: String, _ schema: Schema) throws(StatementError) {
        switch consistency {
        case .any, .one, .localOne: return
        default: break
        }
        guard let keyspace = schema.keyspaces[name], !keyspace.isSystem else { return }
        let required = required(consistency, replicationFactor: keyspace.replicationFactor)
        guard required > 1 else { return }
        throw StatementError(
            .unavailable(consistency: consistency, required: Int32(clamping: required), alive: 1),
            "Cannot achieve consistency level \(consistency.specificationName)"
        )
    }

    private static func required(_ consistency: Consistency, replicationFactor: Int) -> Int {
        switch consistency {
        case .any, .one, .localOne: 1
        case .two: 2
        case .three: 3
        case .quorum, .localQuorum, .eachQuorum, .serial, .localSerial: replicationFactor / 2 + 1
        case .all: replicationFactor
        }
    }
}

extension KeyspaceSchema {
    /// Copies of each row in this node's datacentre, at least one.
    fileprivate var replicationFactor: Int {
        let options = replication.filter { $0.name == Node.datacenter || $0.name == "replication_factor" }
        return max(1, options.compactMap { Int($0.value) }.max() ?? 1)
    }
}

extension Consistency {
    /// The level as the specification spells it.
    fileprivate var specificationName: String {
        switch self {
        case .any: "ANY"
        case .one: "ONE"
        case .two: "TWO"
        case .three: "THREE"
        case .quorum: "QUORUM"
        case .all: "ALL"
        case .localQuorum: "LOCAL_QUORUM"
        case .eachQuorum: "EACH_QUORUM"
        case .serial: "SERIAL"
        case .localSerial: "LOCAL_SERIAL"
        case .localOne: "LOCAL_ONE"
        }
    }
}
