/// What a connection to a ScyllaDB node is told about its shards in SUPPORTED (ScyllaDB's protocol extensions,
/// "Intranode sharding").
package struct Sharding: Hashable, Sendable {
    package let layout: ShardLayout
    /// The shard that the connection belongs to, below the layout's count.
    package var shard: Int
    /// Where a client chooses the shard by its own port; nil when there is no such port.
    package var shardAwarePort: UInt16?
    /// The same for TLS.
    package var shardAwareTLSPort: UInt16?

    package init(layout: ShardLayout, shard: Int, shardAwarePort: UInt16? = nil, shardAwareTLSPort: UInt16? = nil) {
        self.layout = layout
        self.shard = shard
        self.shardAwarePort = shardAwarePort
        self.shardAwareTLSPort = shardAwareTLSPort
    }

    /// What the server says; nil when it has no shards, or spreads tokens over them in a way that is not known here.
    package init?(supported options: StringMultimap) {
        let number = { (key: String) in options[key]?.first.flatMap { Int($0) } }
        guard let shardCount = number("SCYLLA_NR_SHARDS"), (1...Int(UInt16.max)).contains(shardCount),
            let shard = number("SCYLLA_SHARD"), (0..<shardCount).contains(shard),
            let ignoredBitCount = number("SCYLLA_SHARDING_IGNORE_MSB"), (0...63).contains(ignoredBitCount),
            options["SCYLLA_SHARDING_ALGORITHM"]?.first == ShardLayout.algorithm,
            options["SCYLLA_PARTITIONER"]?.first == ShardLayout.partitioner
        else { return nil }
        let port = { (key: String) in number(key).flatMap { UInt16(exactly: $0) }.flatMap { $0 == 0 ? nil : $0 } }
        self.init(
            layout: ShardLayout(shardCount: shardCount, ignoredBitCount: ignoredBitCount),
            shard: shard,
            shardAwarePort: port("SCYLLA_SHARD_AWARE_PORT"),
            shardAwareTLSPort: port("SCYLLA_SHARD_AWARE_PORT_SSL")
        )
    }

    /// The entries that a node adds to SUPPORTED.
    package var supportedOptions: StringMultimap {
        var options: StringMultimap = [
            "SCYLLA_SHARD": [String(shard)],
            "SCYLLA_NR_SHARDS": [String(layout.shardCount)],
            "SCYLLA_PARTITIONER": [ShardLayout.partitioner],
            "SCYLLA_SHARDING_ALGORITHM": [ShardLayout.algorithm],
            "SCYLLA_SHARDING_IGNORE_MSB": [String(layout.ignoredBitCount)],
        ]
        if let shardAwarePort {
            options.entries.append(.init(key: "SCYLLA_SHARD_AWARE_PORT", value: [String(shardAwarePort)]))
        }
        if let shardAwareTLSPort {
            options.entries.append(.init(key: "SCYLLA_SHARD_AWARE_PORT_SSL", value: [String(shardAwareTLSPort)]))
        }
        return options
    }
}
