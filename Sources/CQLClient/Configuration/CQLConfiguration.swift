package import CQLWire
package import PosixIO

/// How to reach a CQL cluster, and how to ask it.
package struct CQLConfiguration: Sendable {
    /// Tried in order until one answers.
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
        self.attemptLimit = attemptLimit
    }
}
