import PostgresWire

/// What a pooler means by an error that it gives the code of a protocol violation, as PgBouncer before version 1.20 does
/// with all that are its own.
///
/// They are told apart by their texts, which are not translated: PgBouncer source, `src/client.c`, `src/janitor.c` and `src/admin.c`.
enum PoolerReply {
    case authenticationFailed
    case noSuchDatabase
    case tooManyConnections
    /// The server behind it does not answer, or not in time.
    case serverUnavailable
    /// A start-up parameter that it would not know how to keep apart from other clients' of the same server.
    case unsupportedParameter
    /// Its console (the database `pgbouncer`) is not open to this user.
    case consoleNotAllowed

    /// The replies by how they begin.
    private static let beginnings: [(text: String, reply: PoolerReply)] = [
        ("password authentication failed", .authenticationFailed),
        ("SASL authentication failed", .authenticationFailed),
        ("no such user", .authenticationFailed),
        ("no such database", .noSuchDatabase),
        ("no more connections allowed", .tooManyConnections),
        ("query_wait_timeout", .serverUnavailable),
        ("client_login_timeout (server down)", .serverUnavailable),
        ("server login has been failing", .serverUnavailable),
        ("unsupported startup parameter", .unsupportedParameter),
        ("not allowed", .consoleNotAllowed),
    ]

    /// - Parameter error: what answered the opening of a session.
    init?(_ error: PostgresServerError) {
        guard error.sqlState == .protocolViolation,
            let reply = Self.beginnings.first(where: { error.message.hasPrefix($0.text) })?.reply
        else { return nil }
        self = reply
    }

    /// Ours for it, if it has one.
    var code: PostgresConnectionError.Code? {
        switch self {
        case .authenticationFailed: .authenticationFailed
        case .noSuchDatabase: .databaseDoesNotExist
        case .tooManyConnections: .tooManyConnections
        case .serverUnavailable: .notAcceptingConnections
        case .unsupportedParameter, .consoleNotAllowed: nil
        }
    }
}
