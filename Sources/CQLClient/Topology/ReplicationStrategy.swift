/// Where the replicas of a keyspace's partitions are, as `system_schema.keyspaces` says it.
package enum ReplicationStrategy: Hashable, Sendable {
    /// The next nodes on the ring, whatever their datacentre.
    case simple(replicationFactor: Int)
    /// That many nodes of each datacentre, on as many racks as there are.
    case networkTopology([String: Int])
    /// Every node.
    case everywhere
    /// Of a strategy that we do not know, and of a node's own tables: the owner of the token alone.
    case primaryOnly

    /// Reads the `replication` map of a keyspace.
    ///
    /// A factor that is no number, such as transient replicas (`3/1`), counts as far as it is one.
    package init(_ options: [String: String]) {
        let name = options["class"]?.split(separator: ".").last ?? ""
        switch name {
        case "SimpleStrategy":
            self = .simple(replicationFactor: Self.factor(options["replication_factor"]))
        case "NetworkTopologyStrategy":
            let factors = options.filter { $0.key != "class" && $0.key != "replication_factor" }
            self = .networkTopology(factors.mapValues { Self.factor($0) })
        case "EverywhereStrategy":
            self = .everywhere
        default:
            self = .primaryOnly
        }
    }

    private static func factor(_ text: String?) -> Int {
        max(0, (text?.split(separator: "/").first).flatMap { Int($0) } ?? 1)
    }
}
