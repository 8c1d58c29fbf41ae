import CQLClient
package import CQLWire
package import PosixIO
package import WireKit

/// Which keyspace to write, and how to reach its cluster.
package struct TargetConfiguration: Equatable, Sendable {
    /// A role of the cluster.
    package struct Login: Hashable, Sendable {
        package let user: String
        package let password: Credential

        package init(user: String, password: Credential) {
            self.user = user
            self.password = password
        }
    }

    /// The keyspace that is written unless another is named.
    package static let defaultKeyspace = "migration"
    package static let defaultConnectTimeout = Duration.seconds(10)
    package static let defaultRequestTimeout = Duration.seconds(15)

    /// Tried in order; the other nodes are learned from the first that answers.
    package let endpoints: [Endpoint]
    package let keyspace: String
    package let login: Login?
    /// Nil connects in the clear.
    package let tls: TLSClientConfiguration?
    package let consistency: Consistency
    /// Of conditional statements.
    package let serialConsistency: Consistency
    /// For everything from name resolution to the end of the handshake.
    package let connectTimeout: Duration
    package let requestTimeout: Duration
    /// Nil takes that of the first host that answers.
    package let localDatacentre: String?
    /// Nil sends frames as they are.
    package let compression: FrameCompression?
    /// Nil takes as many as there are nodes in the local datacentre, at most three.
    package let replicationFactor: Int?
    /// After so many failed attempts a request, or the making of a connection, is given up.
    package let attemptLimit: Int

    /// Checks what has a type already.
    ///
    /// - Throws: `InvalidOption` naming the option at fault.
    package init(
        endpoints: [Endpoint],
        keyspace: String,
        login: Login? = nil,
        tls: TLSClientConfiguration? = nil,
        consistency: Consistency = .localQuorum,
        serialConsistency: Consistency = .localSerial,
        connectTimeout: Duration = Self.defaultConnectTimeout,
        requestTimeout: Duration = Self.defaultRequestTimeout,
        localDatacentre: String? = nil,
        compression: FrameCompression? = nil,
        replicationFactor: Int? = nil,
        attemptLimit: Int = RetryDirective.attemptLimit
    ) throws(InvalidOption) {
        try InvalidOption.require("--replication-factor", replicationFactor, atLeast: 1)
        self.endpoints = endpoints
        self.keyspace = keyspace
        self.login = login
        self.tls = tls
        self.consistency = consistency
        self.serialConsistency = serialConsistency
        self.connectTimeout = connectTimeout
        self.requestTimeout = requestTimeout
        self.localDatacentre = localDatacentre
        self.compression = compression
        self.replicationFactor = replicationFactor
        self.attemptLimit = attemptLimit
    }
}
