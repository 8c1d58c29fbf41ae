package import CQLWire

/// How a ScyllaDB node divides its part of the ring among its shards, as it says in SUPPORTED.
package struct Sharding: Hashable, Sendable {
    /// Shards of the node, at least one.
    package let shardCount: Int
    /// The highest bits of a token that have no part in it (`SCYLLA_SHARDING_IGNORE_MSB`), 0...63.
    package let ignoredBitCount: Int

    package init(shardCount: Int, ignoredBitCount: Int) {
        self.shardCount = max(1, shardCount)
        self.ignoredBitCount = min(max(0, ignoredBitCount), 63)
    }

    /// The shard of a token (`biased-token-round-robin`).
    package func shard(of token: Token) -> Int {
        let biased = UInt64(bitPattern: token.rawValue) ^ 1 << 63
        return Int((biased &<< UInt64(ignoredBitCount)).multipliedFullWidth(by: UInt64(shardCount)).high)
    }
}
