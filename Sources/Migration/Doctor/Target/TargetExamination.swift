package import CQLClient
package import CQLWire
package import PosixIO

/// What there is to know about a cluster before it is written to.
package struct TargetExamination: Sendable {
    /// How the session is encrypted.
    package struct Encryption: Sendable {
        package var details: TLSSessionDetails?
        package var verification: CertificateVerification
    }

    /// What became of the port at which the client's own port chooses the shard.
    package enum ShardAwarePort: Equatable, Sendable {
        case notOffered
        /// It led to the shard that was meant.
        case reached(port: UInt16)
        /// Something on the way changes source ports.
        case otherShard(port: UInt16)
        case unreachable(port: UInt16, reason: String)
    }

    /// How the keyspace spreads its partitions.
    package enum Tablets: Equatable, Sendable {
        /// The server says nothing about it, as Cassandra and older ScyllaDB.
        case unknown
        case off
        case on
    }

    /// A node that no session could be opened with.
    package struct SilentNode: Sendable {
        package let endpoint: Endpoint
        package let reason: String
    }

    /// The server's clock against ours.
    package struct ClockDifference: Equatable, Sendable {
        /// Microseconds that the server is ahead, or behind when negative.
        package let offset: Int64
        /// Microseconds by which it may be otherwise: half of the time that the answer took.
        package let uncertainty: Int64
    }

    package var version: ProtocolVersion
    /// What the server says it can (SUPPORTED).
    package var supported = StringMultimap()
    /// The compression that is used.
    package var compression: FrameCompression?
    /// The class that the server authenticates with; nil when it asked for nothing.
    package var authenticator: String?
    package var hasLogin = false
    package var encryption: Encryption?
    package var cluster = ClusterDescription()
    /// ScyllaDB's own version, which is not that of the Cassandra it is compatible with.
    package var scyllaVersion: String?
    package var silentNodes: [SilentNode] = []
    /// As the user named it.
    package var localDatacentre: String?
    package var shardAwarePort = ShardAwarePort.notOffered
    package var consistency = Consistency.localQuorum
    package var keyspace = ""
    /// Nil when there is no such keyspace.
    package var replication: [String: String]?
    package var tablets = Tablets.unknown
    /// Nil when the server does not say what time it is.
    package var clock: ClockDifference?
    /// Sizes of batches in KiB that the server warns of and refuses; nil when it does not say.
    package var batchLimits: (warn: Int?, fail: Int?) = (nil, nil)

    package init(version: ProtocolVersion) {
        self.version = version
    }

    /// The datacentre whose nodes are written to.
    var datacentre: String { localDatacentre ?? cluster.localDatacentre }
}
