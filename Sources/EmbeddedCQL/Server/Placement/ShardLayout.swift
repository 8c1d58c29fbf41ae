import CQLWire

/// How a ScyllaDB node spreads partitions and connections over its shards (`biased-token-round-robin`).
struct ShardLayout: Equatable, Sendable {
    static let algorithm = "biased-token-round-robin"
    /// The leading bits of a token that say nothing about its shard, as ScyllaDB sets it.
    static let ignoredBitCount = 12

    /// At least one.
    let shardCount: Int

    /// The shard of a token: the token, moved to be unsigned, without its leading bits, scaled to the shards.
    func shard(of token: Token) -> Int {
        let biased = UInt64(bitPattern: token.rawValue) &+ 1 << 63
        return Int((biased << UInt64(Self.ignoredBitCount)).multipliedFullWidth(by: UInt64(shardCount)).high)
    }

    /// The shard of a connection to the shard-aware port, by the port that it comes from.
    func shard(ofSourcePort port: UInt16) -> Int { Int(port) % shardCount }
}
