import CQLClient
import CQLWire
import SchemaTranslation

/// Whether the keyspace can hold what is written, and be read at the consistency that is asked for.
extension TargetFindings {
    static func keyspace(_ examination: TargetExamination) -> [Finding] {
        guard let replication = examination.replication else {
            let count = min(3, max(1, localNodes(examination)))
            let replicas = Quantity.count(count, "replica")
            return [.note("keyspace", "\(examination.keyspace) does not exist yet: setup makes it with \(replicas)")]
        }
        return [strategy(replication, examination), tablets(examination)].compactMap(\.self)
    }

    private static func strategy(_ options: [String: String], _ examination: TargetExamination) -> Finding {
        let datacentre = examination.datacentre
        let keyspace = examination.keyspace
        switch ReplicationStrategy(options) {
        case .simple(let factor) where examination.cluster.datacentres.count > 1:
            return .problem(
                "keyspace",
                "\(keyspace) has SimpleStrategy with \(Quantity.count(factor, "replica")), which knows no datacentres",
                remedy: "ALTER KEYSPACE to NetworkTopologyStrategy with a factor per datacentre, then repair"
            )
        case .simple(let factor):
            return replicas(factor, of: "SimpleStrategy", examination)
        case .networkTopology(let factors):
            guard let factor = factors[datacentre], factor > 0 else {
                return .problem(
                    "keyspace",
                    "\(keyspace) has no replica in \(datacentre)",
                    remedy: "ALTER KEYSPACE to have some there, or name another datacentre with --scylla-local-dc"
                )
            }
            return replicas(factor, of: "NetworkTopologyStrategy", examination)
        case .everywhere:
            return replicas(localNodes(examination), of: "EverywhereStrategy", examination)
        case .primaryOnly:
            let name = options["class"]?.split(separator: ".").last ?? "an unknown strategy"
            if name == "LocalStrategy" {
                return .problem(
                    "keyspace",
                    "\(keyspace) has LocalStrategy: it is the server's own, and nobody else may write to it",
                    remedy: "name another keyspace with --scylla-ks"
                )
            }
            return .note("keyspace", "\(keyspace) has \(name), which is not for data of users")
        }
    }

    /// Judges the number of replicas in the local datacentre.
    private static func replicas(_ factor: Int, of strategy: String, _ examination: TargetExamination) -> Finding {
        let (keyspace, datacentre) = (examination.keyspace, examination.datacentre)
        let nodes = localNodes(examination)
        let silent = examination.silentNodes.count { node in
            examination.cluster.nodes.contains { $0.endpoint == node.endpoint && $0.datacentre == datacentre }
        }
        let count = Quantity.count(factor, "replica")
        let what = "\(keyspace) has \(count) in \(datacentre) (\(strategy))"
        if factor > nodes {
            return .problem(
                "keyspace",
                "\(what), but only \(Quantity.count(nodes, "node"))",
                remedy: "ALTER KEYSPACE to at most \(nodes), or add nodes"
            )
        }
        let needed = needed(of: factor, at: examination.consistency)
        // Every replica could be on a node that is silent.
        if factor - silent < needed {
            return .problem(
                "keyspace",
                "\(what); with \(Quantity.count(silent, "node")) out of reach, some rows lack the \(needed) that "
                    + "consistency \(name(of: examination.consistency)) needs",
                remedy: "start the nodes, or lower --consistency"
            )
        }
        if factor == 1, nodes > 1 {
            return .note(
                "keyspace",
                "\(what): a node that is lost takes its rows with it",
                remedy: "ALTER KEYSPACE to 3, then repair"
            )
        }
        return .ok("keyspace", what)
    }

    private static func name(of consistency: Consistency) -> String {
        Consistency.levels.first { $0.1 == consistency }?.0 ?? "\(consistency)"
    }

    /// How many of the local replicas must answer.
    private static func needed(of factor: Int, at consistency: Consistency) -> Int {
        switch consistency {
        case .any: 0
        case .one, .localOne: 1
        case .two: 2
        case .three: 3
        case .quorum, .localQuorum, .eachQuorum, .serial, .localSerial: factor / 2 + 1
        case .all: factor
        }
    }

    private static func localNodes(_ examination: TargetExamination) -> Int {
        examination.cluster.nodes.count { $0.datacentre == examination.datacentre }
    }

    private static func tablets(_ examination: TargetExamination) -> Finding? {
        let tells = ProtocolExtensions(supported: examination.supported).hasTabletsRouting
        switch examination.tablets {
        case .unknown: return nil
        case .off: return .ok("tablets", "off: rows are placed by the nodes' tokens")
        case .on where tells: return .ok("tablets", "on, and the server tells where they are")
        case .on:
            return .note("tablets", "on, but the server does not tell where they are: rows may take a detour")
        }
    }
}
