/// A setting of a connection by libpq's name for it.
///
/// PostgreSQL documentation, "Database Connection Control Functions", "Parameter Key Words".
package enum ConnectionKeyword: String, Hashable, Sendable, CaseIterable {
    case service
    case user
    case password
    case passfile
    case channelBinding = "channel_binding"
    case connectTimeout = "connect_timeout"
    case dbname
    case host
    case hostaddr
    case port
    case clientEncoding = "client_encoding"
    case options
    case applicationName = "application_name"
    case fallbackApplicationName = "fallback_application_name"
    case keepalives
    case keepalivesIdle = "keepalives_idle"
    case keepalivesInterval = "keepalives_interval"
    case keepalivesCount = "keepalives_count"
    case tcpUserTimeout = "tcp_user_timeout"
    case sslmode
    case sslnegotiation
    case sslcompression
    case sslcert
    case sslkey
    case sslcertmode
    case sslpassword
    case sslrootcert
    case sslcrl
    case sslcrldir
    case sslsni
    case requirepeer
    case requireAuth = "require_auth"
    case minProtocolVersion = "min_protocol_version"
    case maxProtocolVersion = "max_protocol_version"
    case sslMinProtocolVersion = "ssl_min_protocol_version"
    case sslMaxProtocolVersion = "ssl_max_protocol_version"
    case gssencmode
    case krbsrvname
    case gsslib
    case gssdelegation
    case replication
    case targetSessionAttrs = "target_session_attrs"
    case loadBalanceHosts = "load_balance_hosts"
    case scramClientKey = "scram_client_key"
    case scramServerKey = "scram_server_key"
    case oauthIssuer = "oauth_issuer"
    case oauthClientID = "oauth_client_id"
    case oauthClientSecret = "oauth_client_secret"
    case oauthScope = "oauth_scope"
    case sslkeylogfile

    /// The environment variable that sets it.
    ///
    /// PostgreSQL documentation, "Environment Variables" of libpq.
    package var environmentVariable: String? {
        switch self {
        case .dbname: "PGDATABASE"
        case .applicationName: "PGAPPNAME"
        case .connectTimeout: "PGCONNECT_TIMEOUT"
        case .fallbackApplicationName, .keepalives, .keepalivesIdle, .keepalivesInterval, .keepalivesCount,
            .tcpUserTimeout, .sslpassword, .replication, .scramClientKey, .scramServerKey, .oauthIssuer, .oauthClientID,
            .oauthClientSecret, .oauthScope, .sslkeylogfile:
            nil
        default: "PG" + rawValue.filter { $0 != "_" }.uppercased()
        }
    }

    /// Whether its value must never be shown.
    package var isSecret: Bool {
        switch self {
        case .password, .sslpassword, .scramClientKey, .scramServerKey, .oauthClientSecret: true
        default: false
        }
    }
}
