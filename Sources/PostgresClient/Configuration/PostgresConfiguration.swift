package import PosixIO
package import PostgresWire
package import WireKit

/// One of the servers that a session may be opened at.
package struct PostgresHost: Equatable, Sendable {
    /// Where to connect.
    package var endpoint: Endpoint
    /// The name that the server's certificate must hold, when it is not the endpoint's host (libpq's `host` beside a
    /// `hostaddr`).
    package var name: String?
    /// This host's own password, as a password file gives it; none uses the configuration's.
    package var password: Credential?

    package init(_ endpoint: Endpoint, name: String? = nil, password: Credential? = nil) {
        self.endpoint = endpoint
        self.name = name
        self.password = password
    }
}

/// Everything needed to open a session.
package struct PostgresConfiguration: Equatable, Sendable {
    /// Tried in turn until one accepts.
    package var hosts: [PostgresHost]
    package var user: String
    package var password: Credential?
    package var database: String
    package var tls: PostgresTLS
    package var authentication = AuthenticationRequirements()
    package var targetSessionAttributes = TargetSessionAttributes.any
    /// Whether hosts, and the addresses of each, are tried in random order (libpq's `load_balance_hosts`).
    package var balancesLoad = false
    /// What `pg_stat_activity` shows.
    package var applicationName: String
    /// For the whole opening of a session: resolution, connection, TLS, authentication, settings.
    package var connectTimeout: Duration
    package var keepAlive = KeepAlive()
    /// The versions of the protocol to settle on; the greatest is asked for.
    package var protocolVersions = ProtocolVersion.v3_0...ProtocolVersion.v3_0
    /// The server's command-line options of this session (libpq's `options`), passed on as they are.
    package var options: String?
    /// Makes it a replication connection.
    package var replication: ReplicationMode?
    /// Set after our own, in this order.
    package var sessionParameters: [SessionParameter]

    /// The hosts' addresses alone.
    package var endpoints: [Endpoint] {
        get { hosts.map(\.endpoint) }
        set { hosts = newValue.map { PostgresHost($0) } }
    }

    package init(
        hosts: [PostgresHost],
        user: String,
        password: Credential? = nil,
        database: String,
        tls: PostgresTLS = .disable,
        applicationName: String = "pgscylla",
        connectTimeout: Duration = .seconds(10),
        sessionParameters: [SessionParameter] = []
    ) {
        self.hosts = hosts
        self.user = user
        self.password = password
        self.database = database
        self.tls = tls
        self.applicationName = applicationName
        self.connectTimeout = connectTimeout
        self.sessionParameters = sessionParameters
    }

    package init(
        endpoints: [Endpoint],
        user: String,
        password: Credential? = nil,
        database: String,
        tls: PostgresTLS = .disable,
        applicationName: String = "pgscylla",
        connectTimeout: Duration = .seconds(10),
        sessionParameters: [SessionParameter] = []
    ) {
        self.init(
            hosts: endpoints.map { PostgresHost($0) },
            user: user,
            password: password,
            database: database,
            tls: tls,
            applicationName: applicationName,
            connectTimeout: connectTimeout,
            sessionParameters: sessionParameters
        )
    }
}
