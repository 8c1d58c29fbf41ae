import CQLClient
import CQLWire
import SchemaTranslation

/// Nodes, shards and whether they agree.
extension TargetFindings {
    /// A finding per datacentre, and one about the choice of the local one.
    static func nodes(_ examination: TargetExamination) -> [Finding] {
        let datacentres = examination.cluster.datacentres
        var findings: [Finding] = []
        if datacentres.contains(examination.datacentre) {
            let others = datacentres.filter { $0 != examination.datacentre }
            let rest = others.isEmpty ? "" : "; others: \(others.joined(separator: ", "))"
            findings.append(.ok("datacentre", "\(examination.datacentre) is written to\(rest)"))
        } else {
            findings.append(
                .problem(
                    "datacentre",
                    "there is no \(examination.datacentre); there are \(datacentres.joined(separator: ", "))",
                    remedy: "name one of them with --scylla-local-dc, or none"
                )
            )
        }
        return findings + datacentres.map { nodes(of: $0, examination) }
    }

    private static func nodes(of datacentre: String, _ examination: TargetExamination) -> Finding {
        let nodes = examination.cluster.nodes.filter { $0.datacentre == datacentre }
        let silent = examination.silentNodes.filter { node in nodes.contains { $0.endpoint == node.endpoint } }
        let name = "nodes of \(datacentre)"
        guard !silent.isEmpty else { return .ok(name, "\(Quantity.count(nodes.count, "node")), all reachable") }
        let reasons = silent.map { "\($0.endpoint): \($0.reason)" }.joined(separator: "; ")
        let detail = "\(silent.count) of \(Quantity.count(nodes.count, "node")) cannot be reached: \(reasons)"
        let remedy = "start them, and let this machine reach their CQL port at the addresses that they announce"
        // Only the local datacentre's nodes are sent rows.
        return datacentre == examination.datacentre
            ? .problem(name, detail, remedy: remedy) : .note(name, detail, remedy: remedy)
    }

    static func shards(_ examination: TargetExamination) -> Finding {
        guard let sharding = CQLWire.Sharding(supported: examination.supported) else {
            return .note("shards", "the server does not tell of any: rows are sent to the right node, not to its shard")
        }
        let count = Quantity.count(sharding.layout.shardCount, "shard")
        return .ok("shards", "\(count) on the node that was asked")
    }

    static func shardAwarePort(_ examination: TargetExamination) -> Finding? {
        let name = "shard-aware port"
        switch examination.shardAwarePort {
        case .notOffered:
            guard CQLWire.Sharding(supported: examination.supported) != nil else { return nil }
            let how = examination.encryption == nil ? "" : " for TLS"
            return .note(
                name,
                "none is offered\(how): shards are reached by connecting until each has a connection",
                remedy: "set native_shard_aware_transport_port\(examination.encryption == nil ? "" : "_ssl")"
            )
        case .reached(let port):
            return .ok(name, "\(port) leads to the shard that is meant")
        case .otherShard(let port):
            return .note(
                name,
                "\(port) leads to another shard than the one that is meant: source ports are changed on the way",
                remedy: "connect without address translation; it works as it is, with more attempts to connect"
            )
        case .unreachable(let port, let reason):
            return .note(
                name,
                "\(port) cannot be reached: \(reason)",
                remedy: "let this machine reach it; it works as it is, with more attempts to connect"
            )
        }
    }

    static func schemaAgreement(_ examination: TargetExamination) -> Finding {
        let versions = examination.cluster.schemaVersions.count
        guard versions > 1 else { return .ok("schema agreement", "all nodes have the same schema") }
        return .problem(
            "schema agreement",
            "the nodes have \(versions) different schemas",
            remedy: "wait until nodetool describecluster shows one; restart nodes that stay behind"
        )
    }
}
