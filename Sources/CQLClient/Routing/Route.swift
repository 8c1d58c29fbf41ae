package import CQLWire
import PosixIO
import WireKit

/// Which partition a request is about, so that it can be sent where that is.
package struct Route: Hashable, Sendable {
    package var table: TableSpec
    package var token: Token

    package init(table: TableSpec, token: Token) {
        self.table = table
        self.token = token
    }

    /// The partition that a statement with these values reads or writes; nil when the values do not tell.
    package init?(_ statement: PreparedStatement, values: [CQLValueBytes]) {
        guard !statement.partitionKeyIndices.isEmpty, let table = statement.table else { return nil }
        var components: [ArraySlice<UInt8>] = []
        for index in statement.partitionKeyIndices {
            guard Int(index) < values.count, case .bytes(let bytes) = values[Int(index)] else { return nil }
            components.append(bytes[...])
        }
        guard let token = try? Token(components: components) else { return nil }
        self.init(table: table, token: token)
    }
}

/// A board's answers, kept until the board changes.
package struct RoutingView {
    private let board: ClusterBoard
    private var version = -1
    private var topology: ClusterTopology
    private var statuses = NodeStatuses()
    private var ownership: [TableSpec: TokenOwnership] = [:]
    private var tablets: [TableSpec: TabletMap] = [:]

    package init(_ board: ClusterBoard) {
        self.board = board
        topology = board.topology
    }

    /// The nodes to ask about a partition, the best first: its replicas, then the others of the local datacentre, and
    /// of either kind those that are up first; with the shard that a tablet is in, where that does not follow from the
    /// token.
    package mutating func candidates(for route: Route) -> [LinkLayout.Target] {
        refresh()
        var all: [LinkLayout.Target] = []
        func add(_ endpoint: Endpoint, shard: Int? = nil) {
            if !all.contains(where: { $0.endpoint == endpoint }) {
                all.append(LinkLayout.Target(endpoint: endpoint, shard: shard))
            }
        }
        // The tablet's replicas, then whom the ring names: its own of the range first.
        for replica in tablets(of: route.table).tablet(of: route.token)?.replicas ?? [] {
            let node = topology.localNodes.first { $0.hostID == replica.host }
            if let node { add(node.endpoint, shard: Int(replica.shard)) }
        }
        if let range = ownership(of: route.table).range(of: route.token) { add(range.endpoint, shard: range.shard) }
        if let position = topology.ring.position(of: route.token) {
            let strategy = topology.strategy(of: route.table.keyspace)
            for replica in topology.ring.replicas(at: position, strategy) {
                let node = topology.nodes[replica]
                if node.datacentre == topology.localDatacentre { add(node.endpoint) }
            }
        }
        for node in topology.localNodes { add(node.endpoint) }
        return all.filter { statuses.isUp($0.endpoint) } + all.filter { !statuses.isUp($0.endpoint) }
    }

    private mutating func ownership(of table: TableSpec) -> TokenOwnership {
        if let known = ownership[table] { return known }
        let made = board.ownership(of: table)
        ownership[table] = made
        return made
    }

    private mutating func tablets(of table: TableSpec) -> TabletMap {
        if let known = tablets[table] { return known }
        let made = board.tablets(of: table)
        tablets[table] = made
        return made
    }

    private mutating func refresh() {
        let current = board.version
        guard current != version else { return }
        version = current
        topology = board.topology
        statuses = board.statuses
        ownership.removeAll()
        tablets.removeAll()
    }
}
