package import CQLWire

/// What a node has done so far.
package struct NodeCounters: Equatable, Sendable {
    /// Requests by what they asked.
    package internal(set) var requests: [Opcode.Request: Int] = [:]
    /// Rows that writes touched, kept or discarded.
    package internal(set) var writtenRows = 0
    /// Connections accepted.
    package internal(set) var connections = 0
    /// Connections open now, by the shard that they belong to.
    package internal(set) var openConnections: [Int: Int] = [:]
    /// Prepared statements that came to the node and shard of their partition; counted where there are several.
    package internal(set) var ownShard = 0
    /// Prepared statements that came to the node of their partition, but to another shard.
    package internal(set) var otherShard = 0
    /// Prepared statements that came to a node that does not hold their partition.
    package internal(set) var otherNode = 0
    /// Writes that other nodes of the ring sent.
    package internal(set) var appliedRecords = 0

    /// All requests.
    package var frames: Int { requests.values.reduce(0, +) }

    /// All of them by the names that scripts see.
    package var named: [(name: String, value: Int)] {
        var named = [("connections", connections), ("rows_written", writtenRows), ("requests", frames)]
        for opcode in Opcode.Request.allCases {
            named.append(("requests_\(opcode.specificationName.lowercased())", requests[opcode] ?? 0))
        }
        named += [("routed_own_shard", ownShard), ("routed_other_shard", otherShard), ("routed_other_node", otherNode)]
        named.append(("records_applied", appliedRecords))
        for (shard, count) in openConnections.sorted(by: { $0.key < $1.key }) {
            named.append(("open_connections_shard_\(shard)", count))
        }
        return named
    }
}
