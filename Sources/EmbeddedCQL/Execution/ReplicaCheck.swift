import CQLWire

/// Whether the replicas that can answer meet a consistency level.
enum ReplicaCheck {
    /// - Throws: `StatementError` (invalid) for the levels that only lightweight transactions have.
    static func requireWrite(_ consistency: Consistency) throws(StatementError) {
        if consistency == .serial || consistency == .localSerial {
            throw .invalid("You must use conditional updates for serializable writes")
        }
    }

    /// - Throws: `StatementError` (invalid) for the level that only writes have.
    static func requireRead(_ consistency: Consistency) throws(StatementError) {
        if consistency == .any { throw .invalid("ANY ConsistencyLevel is only supported for writes") }
    }

    /// - Parameters:
    ///   - consistency: the level.
    ///   - keyspace: tells how many replicas there should be.
    ///   - aliveCount: how many of that many can answer.
    /// - Throws: `StatementError` (unavailable) when the level needs more.
    static func require(
        _ consistency: Consistency,
        in keyspace: KeyspaceSchema,
        aliveCount: (Int) -> Int
    ) throws(StatementError) {
        let replicationFactor = keyspace.replicationFactor
        let required = required(consistency, replicationFactor: replicationFactor)
        let alive = aliveCount(replicationFactor)
        guard required > alive else { return }
        throw StatementError(
            .unavailable(
                consistency: consistency,
                required: Int32(clamping: required),
                alive: Int32(clamping: alive)
            ),
            "Cannot achieve consistency level \(consistency.specificationName)"
        )
    }

    private static func required(_ consistency: Consistency, replicationFactor: Int) -> Int {
        switch consistency {
        case .any: 0
        case .one, .localOne: 1
        case .two: 2
        case .three: 3
        case .quorum, .localQuorum, .eachQuorum, .serial, .localSerial: replicationFactor / 2 + 1
        case .all: replicationFactor
        }
    }
}

extension KeyspaceSchema {
    /// Copies of each row in this node's datacentre, at least one.
    var replicationFactor: Int {
        let options = replication.filter { $0.name == Node.datacenter || $0.name == "replication_factor" }
        return max(1, options.compactMap { Int($0.value) }.max() ?? 1)
    }
}
