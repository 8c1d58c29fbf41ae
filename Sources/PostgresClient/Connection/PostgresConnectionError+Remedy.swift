import PostgresWire

extension PostgresConnectionError {
    /// What the user can do, where there is something.
    package var remedy: String? {
        // sslmode prefer goes on without TLS: the refusal of that says nothing about why TLS has failed before it.
        let before = earlier.first { $0.isOfTLS && $0.peer == peer && !isOfTLS }
        let remedies = [before, self].compactMap { $0?.remedyOfItsOwn }
        return remedies.isEmpty ? nil : remedies.joined(separator: "; ")
    }

    private var isOfTLS: Bool { code == .tls || code == .passphraseRequired }

    private var remedyOfItsOwn: String? {
        switch code {
        case .resolve: "check --postgres-host"
        case .unreachable: "is the server running there? check --postgres-host and --postgres-port"
        case .socketPathTooLong:
            "give --postgres-host a shorter folder, such as a symbolic link to this one, or connect by the server's name"
        case .timeout: "is a firewall in between? check --postgres-host and --postgres-port"
        case .tls: "check the certificates: the server's, the roots and, if the server wants one, the client's"
        case .passphraseRequired: "give sslpassword in --postgres-url or in the service"
        case .tlsRefused: "enable ssl on the server or do not require it"
        case .authenticationFailed where serverError?.sqlState == .invalidAuthorization:
            "check --postgres-user and --postgres-password, and what pg_hba.conf on the server asks of this user"
        case .authenticationFailed: "check --postgres-user and --postgres-password"
        case .passwordRequired: "give --postgres-password"
        case .unsupportedAuthentication: "use trust, password, md5 or scram-sha-256 in pg_hba.conf for this user"
        case .authenticationRequirement:
            "change the method in pg_hba.conf, or what require_auth, channel_binding and sslcertmode ask for"
        case .unsuitableServer: "check the hosts and target_session_attrs"
        case .protocolVersion: "allow protocol 3.0, which every server speaks"
        case .databaseDoesNotExist: "check --postgres-db"
        case .tooManyConnections:
            "close idle sessions, lower --num-threads, or raise the limit: max_connections, or CONNECTION LIMIT of the "
                + "role or the database"
        case .notAcceptingConnections: "wait until the server accepts connections"
        case .protocolViolation: "is it PostgreSQL that listens there? check --postgres-port"
        case .closed where phase != .connecting && phase != .startup: "see the server's log"
        case .server where phase == .startup: serverError.flatMap(Self.remedy(for:))
        default: nil
        }
    }

    /// What to do about an error of the server that none of our codes stands for.
    private static func remedy(for error: PostgresServerError) -> String? {
        switch error.sqlState {
        case .undefinedObject, .invalidParameterValue, .syntaxError, .cannotChangeParameter:
            "check the server options of the session: --postgres-options, PGOPTIONS"
        case .insufficientPrivilege:
            "GRANT CONNECT ON DATABASE to the user, unless it is --postgres-options that it may not set"
        case .objectNotReady: "check --postgres-db: the database takes no connections"
        case .protocolViolation where PoolerReply(error) == .unsupportedParameter:
            "leave --postgres-options and PGOPTIONS out, or have the pooler ignore them (ignore_startup_parameters)"
        case .protocolViolation where PoolerReply(error) == .consoleNotAllowed:
            "give a database in --postgres-db: this one is the pooler's console, which holds no tables"
        default: nil
        }
    }
}
