package import CQLWire

/// The tokens of all nodes in order, each with the node whose range ends there.
package struct TokenRing: Hashable, Sendable {
    /// A token with its owner, an index into the nodes that the ring was made of.
    package struct Position: Hashable, Sendable {
        package var token: Token
        package var node: Int
    }

    /// By rising token; of two nodes that claim the same token, the first one has it.
    package let positions: [Position]
    private let datacentres: [String]
    private let racks: [String]

    package init(_ nodes: [ClusterNode]) {
        let all = nodes.enumerated().flatMap { index, node in node.tokens.map { Position(token: $0, node: index) } }
        let sorted = all.sorted { ($0.token, $0.node) < ($1.token, $1.node) }
        var positions: [Position] = []
        for position in sorted where positions.last?.token != position.token { positions.append(position) }
        self.positions = positions
        datacentres = nodes.map(\.datacentre)
        racks = nodes.map(\.rack)
    }

    /// The position whose range a token is in: the first at or above it, and behind the last the first of all; nil for
    /// a ring without tokens.
    package func position(of token: Token) -> Int? {
        guard !positions.isEmpty else { return nil }
        var low = 0
        var high = positions.count
        while low < high {
            let middle = (low + high) / 2
            if positions[middle].token < token { low = middle + 1 } else { high = middle }
        }
        return low == positions.count ? 0 : low
    }

    /// The nodes that hold the partitions of a position's range, the owner of the range first where the strategy
    /// includes it.
    package func replicas(at position: Int, _ strategy: ReplicationStrategy) -> [Int] {
        switch strategy {
        case .simple(let factor): nearest(position, count: factor)
        case .networkTopology(let factors): networkTopologyReplicas(position, factors)
        case .everywhere: nearest(position, count: datacentres.count)
        case .primaryOnly: [positions[position].node]
        }
    }

    /// The distinct nodes that follow on the ring.
    private func nearest(_ start: Int, count: Int) -> [Int] {
        var nodes: [Int] = []
        for offset in positions.indices where nodes.count < count {
            let node = positions[(start + offset) % positions.count].node
            if !nodes.contains(node) { nodes.append(node) }
        }
        return nodes
    }

    /// What a datacentre still lacks while the ring is walked.
    private struct Wanted {
        var replicaCount: Int
        /// Nodes that may share a rack with another replica: those by which the factor exceeds the racks.
        var rackRepeatCount: Int
        var racks: Set<String> = []
    }

    /// The walk of NetworkTopologyStrategy: racks that have no replica yet come first, as the servers compute it
    /// (Cassandra's `NetworkTopologyStrategy.calculateNaturalReplicas`, ScyllaDB's `natural_endpoints_tracker`).
    private func networkTopologyReplicas(_ start: Int, _ factors: [String: Int]) -> [Int] {
        var wanted: [String: Wanted] = [:]
        for (datacentre, factor) in factors {
            let members = datacentres.indices.filter { datacentres[$0] == datacentre }
            let rackCount = Set(members.map { racks[$0] }).count
            wanted[datacentre] = Wanted(
                replicaCount: min(factor, members.count),
                rackRepeatCount: factor - rackCount
            )
        }
        var missing = wanted.values.reduce(0) { $0 + $1.replicaCount }
        var nodes: [Int] = []
        for offset in positions.indices where missing > 0 {
            let node = positions[(start + offset) % positions.count].node
            guard !nodes.contains(node), var datacentre = wanted[datacentres[node]], datacentre.replicaCount > 0 else {
                continue
            }
            if !datacentre.racks.insert(racks[node]).inserted {
                guard datacentre.rackRepeatCount > 0 else { continue }
                datacentre.rackRepeatCount -= 1
            }
            datacentre.replicaCount -= 1
            wanted[datacentres[node]] = datacentre
            missing -= 1
            nodes.append(node)
        }
        return nodes
    }
}
