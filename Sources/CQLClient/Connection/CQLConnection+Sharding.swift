package import CQLWire
import PosixIO

/// What ScyllaDB says of itself in SUPPORTED.
extension CQLConnection {
    /// Whether the server announced one of ScyllaDB's extensions.
    package var isScyllaDB: Bool { supported.entries.contains { $0.key.hasPrefix("SCYLLA_") } }

    /// How the node divides its part of the ring, and which shard this connection leads to; nil when the node does not
    /// divide it, or in a way that we do not know.
    package var sharding: Sharding? { Sharding(supported: supported) }

    /// The port at which the source port decides the shard, in the clear or with TLS as this connection is.
    package var shardAwarePort: UInt16? {
        stream.tlsDetails == nil ? sharding?.shardAwarePort : sharding?.shardAwareTLSPort
    }
}
