package import PosixIO
package import WireKit

/// Everything needed to open a session.
package struct PostgresConfiguration: Equatable, Sendable {
    /// Tried in turn until one accepts.
    package var endpoints: [Endpoint]
    package var user: String
    package var password: Credential?
    package var database: String
    package var tls: PostgresTLS
    /// What `pg_stat_activity` shows.
    package var applicationName: String
    /// For the whole opening of a session: resolution, connection, TLS, authentication, settings.
    package var connectTimeout: Duration
    /// Set after our own, in this order.
    package var sessionParameters: [SessionParameter]

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
        self.endpoints = endpoints
        self.user = user
        self.password = password
        self.database = database
        self.tls = tls
        self.applicationName = applicationName
        self.connectTimeout = connectTimeout
        self.sessionParameters = sessionParameters
    }
}
