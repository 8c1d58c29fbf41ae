package import CQLWire
package import PosixIO
import Synchronization

/// What is known of a cluster at present, shared by everybody who reads from it or writes to it, on whatever thread.
///
/// Whoever keeps something that follows from it remembers `version` and looks again when it has changed.
package final class ClusterBoard: Sendable {
    private let counter = Atomic<Int>(0)
    private let state: Guarded

    // Sendable: everything is touched under `mutex` only.
    private final class Guarded: @unchecked Sendable {
        let mutex = PosixMutex()
        var topology: ClusterTopology
        var statuses = NodeStatuses()
        var shards: [Endpoint: ShardLayout] = [:]
        var tablets: [TableSpec: TabletMap] = [:]

        init(_ topology: ClusterTopology) { self.topology = topology }
    }

    package init(_ topology: ClusterTopology) { state = Guarded(topology) }

    /// Rises with every change.
    package var version: Int { counter.load(ordering: .acquiring) }

    package var topology: ClusterTopology { state.mutex.withLock { state.topology } }
    package var statuses: NodeStatuses { state.mutex.withLock { state.statuses } }

    /// Whether a node may be used.
    package func isUp(_ endpoint: Endpoint) -> Bool { state.mutex.withLock { state.statuses.isUp(endpoint) } }

    /// How a node divides its data; nil when it does not, or when nobody has connected to it yet.
    package func shards(of endpoint: Endpoint) -> ShardLayout? { state.mutex.withLock { state.shards[endpoint] } }

    /// Where writes to a table go.
    package func ownership(of table: TableSpec) -> TokenOwnership {
        state.mutex.withLock {
            TokenOwnership(
                state.topology,
                state.topology.strategy(of: table.keyspace),
                tablets: state.tablets[table] ?? TabletMap(),
                isUp: state.statuses.isUp
            )
        }
    }

    /// The tablets of a table as far as servers have told of them.
    package func tablets(of table: TableSpec) -> TabletMap {
        state.mutex.withLock { state.tablets[table] ?? TabletMap() }
    }

    /// Whether it matters which connection a request takes: there is more than one node, or more than one shard.
    package var isDivided: Bool {
        state.mutex.withLock {
            state.topology.localNodes.count > 1 || state.shards.values.contains { $0.shardCount > 1 }
        }
    }

    // MARK: News

    /// The nodes, or the keyspaces' replication, are different now.
    package func update(_ topology: ClusterTopology) {
        change {
            guard $0.topology != topology else { return false }
            let left = Set($0.topology.nodes.compactMap(\.hostID)).subtracting(topology.nodes.compactMap(\.hostID))
            for table in $0.tablets.keys { for hostID in left { $0.tablets[table]?.forget(hostID: hostID) } }
            $0.topology = topology
            $0.statuses.keep(only: Set(topology.nodes.map(\.endpoint)))
            return true
        }
    }

    /// A node could not be connected to; true when it was up until now.
    @discardableResult
    package func nodeFailed(_ endpoint: Endpoint) -> Bool {
        change { $0.statuses.failed(endpoint, at: .now, jitter: Double.random(in: 0..<1)) }
    }

    /// A node was connected to; true when it was down until now.
    @discardableResult
    package func nodeAnswered(_ endpoint: Endpoint, shards: ShardLayout?) -> Bool {
        var wasDown = false
        change {
            wasDown = $0.statuses.succeeded(endpoint)
            guard $0.shards[endpoint] != shards else { return wasDown }
            $0.shards[endpoint] = shards
            return true
        }
        return wasDown
    }

    /// The cluster says that a node has come up.
    package func nodeReportedUp(_ endpoint: Endpoint) {
        state.mutex.withLock { state.statuses.hasten(endpoint, at: .now) }
    }

    /// A server has told where a tablet is.
    package func learn(_ tablet: TabletRouting, of table: TableSpec) {
        change { $0.tablets[table, default: TabletMap()].learn(tablet) }
    }

    @discardableResult
    private func change(_ body: (Guarded) -> Bool) -> Bool {
        let hasChanged = state.mutex.withLock { body(state) }
        if hasChanged { counter.add(1, ordering: .acquiringAndReleasing) }
        return hasChanged
    }
}
