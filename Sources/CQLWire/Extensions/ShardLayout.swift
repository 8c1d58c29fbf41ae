/// How a ScyllaDB node spreads partitions and connections over its shards (`biased-token-round-robin`; ScyllaDB's
/// protocol extensions, "Intranode sharding").
package struct ShardLayout: Hashable, Sendable {
    /// The only algorithm that there is.
    package static let algorithm = "biased-token-round-robin"
    /// The only partitioner that it is for.
    package static let partitioner = "org.apache.cassandra.dht.Murmur3Partitioner"
    /// The leading bits of a token that say nothing about its shard, as ScyllaDB sets it.
    package static let defaultIgnoredBitCount = 12

    /// At least one.
    package let shardCount: Int
    /// 0 to 63.
    package let ignoredBitCount: Int

    /// A layout of `shardCount` shards; at least one is taken.
    package init(shardCount: Int, ignoredBitCount: Int = Self.defaultIgnoredBitCount) {
        self.shardCount = max(1, shardCount)
        self.ignoredBitCount = min(max(0, ignoredBitCount), 63)
    }

    /// The shard of a token: the token, moved to be unsigned, without its leading bits, scaled to the shards.
    package func shard(of token: Token) -> Int {
        let biased = UInt64(bitPattern: token.rawValue) &+ (1 << 63)
        return Int((biased << UInt64(ignoredBitCount)).multipliedFullWidth(by: UInt64(shardCount)).high)
    }

    /// The shard of a connection to the shard-aware port, by the port that it comes from.
    package func shard(ofSourcePort port: UInt16) -> Int { Int(port) % shardCount }

    /// The ports that lead to a shard, in order; empty when the range holds none or there is no such shard.
    package func sourcePorts(ofShard shard: Int, in range: ClosedRange<UInt16>) -> StrideTo<Int> {
        let first = Int(range.lowerBound)
        let end = Int(range.upperBound) + 1
        guard (0..<shardCount).contains(shard) else { return stride(from: end, to: end, by: 1) }
        let distance = (shard - first % shardCount + shardCount) % shardCount
        return stride(from: min(first + distance, end), to: end, by: shardCount)
    }
}
