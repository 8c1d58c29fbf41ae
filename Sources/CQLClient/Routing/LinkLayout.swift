package import PosixIO

/// Which connections a writer has, and which of them leads to a shard of a node: a value.
///
/// Every node gets one connection per shard, or, when that would be too many connections, as many as its part of the
/// limit, which its shards then share. Links are only ever added: those of a node that has left stay without rows.
package struct LinkLayout: Equatable, Sendable {
    /// What a connection is meant for.
    package struct Target: Hashable, Sendable {
        package var endpoint: Endpoint
        /// Nil when the node is not divided, when shards share the connection, or when it follows from a token.
        package var shard: Int?

        package init(endpoint: Endpoint, shard: Int? = nil) {
            self.endpoint = endpoint
            self.shard = shard
        }
    }

    /// The links of one node: `count` of them from `first` on.
    private struct Share: Equatable, Sendable {
        var first: Int
        var count: Int
        var shardCount: Int
    }

    /// The links' targets, by their index.
    package private(set) var targets: [Target] = []
    private var shares: [Endpoint: Share] = [:]
    /// Links in all that should not be exceeded; every node has at least one.
    private let connectionLimit: Int

    package init(connectionLimit: Int) { self.connectionLimit = connectionLimit }

    /// Whether a node has links already.
    package func includes(_ endpoint: Endpoint) -> Bool { shares[endpoint] != nil }

    /// Adds links for nodes that have none yet.
    ///
    /// - Parameter nodes: the nodes with the number of their shards.
    package mutating func add(_ nodes: [(endpoint: Endpoint, shardCount: Int)]) {
        let fresh = nodes.filter { shares[$0.endpoint] == nil }
        let share = max(1, connectionLimit / max(1, shares.count + fresh.count))
        for node in fresh {
            let count = min(max(1, node.shardCount), share)
            shares[node.endpoint] = Share(first: targets.count, count: count, shardCount: max(1, node.shardCount))
            for shard in 0..<count {
                // Fewer connections than shards: each is shared, and best begins with one of those it is shared by.
                targets.append(Target(endpoint: node.endpoint, shard: node.shardCount > 1 ? shard : nil))
            }
        }
    }

    /// The links of a node, one per shard; nil when it has none.
    package func linksByShard(of endpoint: Endpoint) -> [Int]? {
        shares[endpoint].map { share in (0..<share.shardCount).map { share.first + $0 % share.count } }
    }
}
