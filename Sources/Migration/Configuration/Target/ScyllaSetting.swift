/// What can be said about the way to a ScyllaDB cluster: as an option, as a parameter of the URL under the name that is
/// the raw value, and in the environment.
package enum ScyllaSetting: String, CaseIterable, Sendable {
    case host
    case port
    case keyspace
    case user
    case password
    case passwordFile = "password-file"
    case tls
    case certificateAuthority = "ca"
    case certificate = "cert"
    case key
    /// Opens the key; it is no option, for an option can be seen by others.
    case keyPassword = "key-password"
    case verification = "tls-verify"
    case compression
    case localDatacentre = "local-dc"
    case consistency
    case serialConsistency = "serial-consistency"
    case connectTimeout = "connect-timeout"
    case requestTimeout = "request-timeout"

    /// As it is typed.
    package var option: String {
        switch self {
        case .keyspace: "--scylla-ks"
        case .consistency, .serialConsistency: "--\(rawValue)"
        default: "--scylla-\(rawValue)"
        }
    }

    /// Such as `SCYLLA_PASSWORD_FILE`.
    package var environmentVariable: String {
        "SCYLLA_" + rawValue.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }

    /// Password and password file are one setting, said in two ways.
    var alternatives: [ScyllaSetting] {
        switch self {
        case .password, .passwordFile: [.password, .passwordFile]
        default: [self]
        }
    }
}
