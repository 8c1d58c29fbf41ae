import CQLWire
package import PosixIO

/// The nodes of a cluster and who owns what: a value, made anew when something changes.
package struct ClusterTopology: Hashable, Sendable {
    /// The node that was asked, then the others.
    package let nodes: [ClusterNode]
    package let ring: TokenRing
    /// Requests go to this datacentre's nodes.
    package let localDatacentre: String
    /// Of each keyspace that was read.
    package var replication: [String: ReplicationStrategy]

    /// - Parameters:
    ///   - nodes: all nodes, the one that was asked first.
    ///   - localDatacentre: nil takes that of the first node.
    ///   - replication: of each keyspace.
    package init(
        nodes: [ClusterNode],
        localDatacentre: String? = nil,
        replication: [String: ReplicationStrategy] = [:]
    ) {
        self.nodes = nodes
        ring = TokenRing(nodes)
        self.localDatacentre = localDatacentre ?? nodes.first?.datacentre ?? ""
        self.replication = replication
    }

    /// The nodes that requests go to: those of the local datacentre, or all when it has none.
    package var localNodes: [ClusterNode] {
        let local = nodes.filter { $0.datacentre == localDatacentre }
        return local.isEmpty ? nodes : local
    }

    package func node(_ endpoint: Endpoint) -> ClusterNode? { nodes.first { $0.endpoint == endpoint } }

    /// How a keyspace is replicated; what is not known is taken for the owner's alone.
    package func strategy(of keyspace: String) -> ReplicationStrategy { replication[keyspace] ?? .primaryOnly }
}
