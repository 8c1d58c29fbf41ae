import CQLWire

/// Where partitions belong.
struct Placement {
    let layout: ShardLayout
    /// Nil: this node holds them all.
    let ring: Ring?
    /// The replication factor of a keyspace.
    let replicationFactor: (_ keyspace: String) -> Int

    /// Whether there is more than one place to send a request to.
    var isSpread: Bool { layout.shardCount > 1 || ring != nil }

    /// Where a partition belongs, seen from a connection to a shard of this node.
    func place(of token: Token, inKeyspace keyspace: String, seenFrom shard: Int) -> Place {
        if let ring {
            let replicas = ring.replicas(of: token, replicationFactor: replicationFactor(keyspace))
            guard replicas.contains(ring.ownIndex) else { return .otherNode }
        }
        return layout.shard(of: token) == shard ? .ownShard : .otherShard
    }

    enum Place {
        /// The node and shard that the request came to.
        case ownShard
        /// The node that the request came to, but another of its shards.
        case otherShard
        /// A node other than the one that the request came to.
        case otherNode
    }
}

/// Counts whether requests for one partition came to the node and the shard of that partition.
final class RoutingCounter {
    private(set) var ownShard = 0
    private(set) var otherShard = 0
    private(set) var otherNode = 0

    func count(_ place: Placement.Place) {
        switch place {
        case .ownShard: ownShard += 1
        case .otherShard: otherShard += 1
        case .otherNode: otherNode += 1
        }
    }
}
