import CQLWire

/// What the node offers in SUPPORTED (native protocol v4, section 4.2.4).
struct ServerOffer: Equatable {
    /// What a connection to a ScyllaDB node is told about its shards (protocol extension "sharding").
    struct Sharding: Equatable {
        let layout: ShardLayout
        /// The shard that the connection belongs to.
        var shard: Int
        /// Where a client may choose the shard by its own port; nil when there is no such port.
        var shardAwarePort: UInt16?
        var hasTLS = false
    }

    var sharding: Sharding?

    /// The message.
    var supported: Response {
        var options: StringMultimap = [
            "CQL_VERSION": [Node.cqlVersion],
            "COMPRESSION": [],
            "PROTOCOL_VERSIONS": ["3/v3", "4/v4"],
        ]
        if let sharding { options.entries += sharding.options.entries }
        return .supported(options)
    }
}

extension ServerOffer.Sharding {
    fileprivate var options: StringMultimap {
        var options: StringMultimap = [
            "SCYLLA_SHARD": [String(shard)],
            "SCYLLA_NR_SHARDS": [String(layout.shardCount)],
            "SCYLLA_PARTITIONER": [Node.partitioner],
            "SCYLLA_SHARDING_ALGORITHM": [ShardLayout.algorithm],
            "SCYLLA_SHARDING_IGNORE_MSB": [String(ShardLayout.ignoredBitCount)],
        ]
        if let shardAwarePort {
            let name = hasTLS ? "SCYLLA_SHARD_AWARE_PORT_SSL" : "SCYLLA_SHARD_AWARE_PORT"
            options.entries.append(.init(key: name, value: [String(shardAwarePort)]))
        }
        return options
    }
}
