package import CQLWire
package import PosixIO

/// How to reach a CQL cluster, and how to ask it.
package struct CQLConfiguration: Sendable {
    /// Contact points, tried in order until one answers; the other nodes are learned from it.
    package var endpoints: [Endpoint]
    package var credentials: CQLCredentials?
    package var tls: TLSClientConfiguration?
    /// For everything from name resolution to the end of the handshake.
    package var connectTimeout: Duration
    /// For each request that does not say otherwise.
    package var requestTimeout: Duration
    package var consistency: Consistency
    package var serialConsistency: Consistency
    /// The version to begin with; a server that answers in v3 is asked again in v3.
    package var protocolVersion: ProtocolVersion
    /// What the server is told of us (`DRIVER_VERSION`).
    package var driverVersion: String
    /// Requests go to this datacentre's nodes; nil takes that of the first contact point that answers.
    package var localDatacentre: String?
    /// What bodies are compressed with where the server can; nil sends them as they are.
    package var compression: FrameCompression?
    /// How long a connection may be quiet before it is asked for a sign of life.
    package var heartbeatInterval: Duration
    /// Bytes that a connection's buffers begin with, in each direction.
    package var bufferByteCount: Int
    /// After so many failed attempts a request, or the making of a connection, is given up.
    package var attemptLimit: Int

    package init(
        endpoints: [Endpoint],
        credentials: CQLCredentials? = nil,
        tls: TLSClientConfiguration? = nil,
        connectTimeout: Duration = .seconds(10),
        requestTimeout: Duration = .seconds(15),
        consistency: Consistency = .localQuorum,
        serialConsistency: Consistency = .localSerial,
        protocolVersion: ProtocolVersion = .v4,
        driverVersion: String = "0",
        localDatacentre: String? = nil,
        compression: FrameCompression? = nil,
        heartbeatInterval: Duration = .seconds(30),
        bufferByteCount: Int = 16 << 10,
        attemptLimit: Int = RetryDirective.attemptLimit
    ) {
        self.endpoints = endpoints
        self.credentials = credentials
        self.tls = tls
        self.connectTimeout = connectTimeout
        self.requestTimeout = requestTimeout
        self.consistency = consistency
        self.serialConsistency = serialConsistency
        self.protocolVersion = protocolVersion
        self.driverVersion = driverVersion
        self.localDatacentre = localDatacentre
        self.compression = compression
        self.heartbeatInterval = heartbeatInterval
        self.bufferByteCount = bufferByteCount
        self.attemptLimit = attemptLimit
    }
}
