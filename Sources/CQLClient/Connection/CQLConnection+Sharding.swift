import CQLWire
import PosixIO

/// What ScyllaDB says of itself in SUPPORTED.
extension CQLConnection {
    /// Whether the server announced one of ScyllaDB's extensions.
    package var isScyllaDB: Bool { supported.entries.contains { $0.key.hasPrefix("SCYLLA_") } }

    /// How the node divides its part of the ring; nil when it does not, or in a way that we do not know.
    package var sharding: Sharding? {
        guard let shardCount = number("SCYLLA_NR_SHARDS"), shardCount > 0,
            supported["SCYLLA_SHARDING_ALGORITHM"]?.first ?? "biased-token-round-robin" == "biased-token-round-robin"
        else { return nil }
        return Sharding(shardCount: shardCount, ignoredBitCount: number("SCYLLA_SHARDING_IGNORE_MSB") ?? 0)
    }

    /// The shard that this connection leads to; nil when the node has none.
    package var shard: Int? { number("SCYLLA_SHARD") }

    /// The port at which the source port decides the shard, in the clear or with TLS as this connection is.
    package var shardAwarePort: UInt16? {
        number(stream.tlsDetails != nil ? "SCYLLA_SHARD_AWARE_PORT_SSL" : "SCYLLA_SHARD_AWARE_PORT")
            .flatMap { UInt16(exactly: $0) }
    }

    private func number(_ key: String) -> Int? { (supported[key]?.first).flatMap { Int($0) } }
}
