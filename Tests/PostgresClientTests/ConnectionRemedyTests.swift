import PosixIO
import PostgresWire
import Testing

@testable import PostgresClient

/// What is said about a session that could not be opened, and what to do about it.
@Suite struct ConnectionRemedyTests {
    private static func refusal(_ state: String, _ message: String) -> PostgresConnectionError {
        let fields: [ErrorResponse.Field] = [
            .init(.severity, "FATAL"), .init(.sqlState, state), .init(.message, message),
        ]
        let failure = StartupFailure.server(PostgresServerError(ErrorResponse(fields: fields)))
        return PostgresConnectionError(failure, endpoint: .tcp(host: "db", port: 5432))
    }

    @Test(
        arguments: [
            ("28P01", "password authentication failed for user \"u\"", .authenticationFailed, "--postgres-password"),
            ("28000", "no pg_hba.conf entry for host \"h\"", .authenticationFailed, "pg_hba.conf"),
            ("28000", "role \"u\" does not exist", .authenticationFailed, "--postgres-user"),
            ("3D000", "database \"d\" does not exist", .databaseDoesNotExist, "--postgres-db"),
            ("53300", "too many connections for role \"u\"", .tooManyConnections, "CONNECTION LIMIT"),
            ("53300", "sorry, too many clients already", .tooManyConnections, "max_connections"),
            ("57P03", "the database system is starting up", .notAcceptingConnections, "wait"),
            ("42501", "permission denied for database \"d\"", .server, "GRANT CONNECT ON DATABASE"),
            ("55000", "database \"d\" is not currently accepting connections", .server, "--postgres-db"),
            ("42704", "unrecognized configuration parameter \"x\"", .server, "--postgres-options"),
            ("22023", "invalid value for parameter \"work_mem\": \"abc\"", .server, "PGOPTIONS"),
            ("42601", "invalid command-line argument for server process: x", .server, "PGOPTIONS"),
            ("55P02", "parameter \"port\" cannot be changed without restarting the server", .server, "PGOPTIONS"),
        ] as [(String, String, PostgresConnectionError.Code, String)]
    )
    func whatTheServerRefusesHasARemedy(
        _ state: String,
        _ message: String,
        _ code: PostgresConnectionError.Code,
        _ words: String
    ) throws {
        let error = Self.refusal(state, message)
        #expect(error.code == code && error.reason == "FATAL: \(message) (\(state))")
        #expect(try #require(error.remedy).contains(words), "\(error)")
    }

    /// PgBouncer gives its own errors one code for all.
    @Test(
        arguments: [
            ("password authentication failed", .authenticationFailed, "--postgres-password"),
            ("SASL authentication failed", .authenticationFailed, "--postgres-password"),
            ("no such user", .authenticationFailed, "--postgres-user"),
            ("no such database: nope", .databaseDoesNotExist, "--postgres-db"),
            ("no more connections allowed (max_client_conn)", .tooManyConnections, "close idle sessions"),
            ("client_login_timeout (server down)", .notAcceptingConnections, "wait"),
            ("server login has been failing, try again later (server_login_retry)", .notAcceptingConnections, "wait"),
            ("unsupported startup parameter: options", .server, "ignore_startup_parameters"),
            ("not allowed", .server, "console"),
        ] as [(String, PostgresConnectionError.Code, String)]
    )
    func whatAPoolerRefusesIsUnderstood(
        _ message: String,
        _ code: PostgresConnectionError.Code,
        _ words: String
    ) throws {
        let error = Self.refusal("08P01", message)
        #expect(error.code == code)
        #expect(try #require(error.remedy).contains(words), "\(error)")
        #expect(Self.refusal("XX000", message).code == .server)
    }

    @Test func otherViolationsAreNotAPoolersReplies() {
        let error = Self.refusal("08P01", "invalid startup packet layout")
        #expect(error.code == .server && error.remedy == nil)
    }

    @Test func anErrorOfProtocol2SaysItsSeverityItself() {
        let error = PostgresServerError(LegacyErrorResponse(text: "FATAL:  unsupported frontend protocol"))
        #expect("\(error)" == "FATAL:  unsupported frontend protocol")
    }

    @Test func aFailedHandshakeBeforeIsNotForgotten() throws {
        let tls = TransportError.tls(reason: "cannot load the certificate \"c\"", peer: "db:5432")
        let endpoint = Endpoint.tcp(host: "db", port: 5432)
        let handshake = PostgresConnectionError(tls, phase: .startup, endpoint: endpoint)
        var error = Self.refusal("28000", "no pg_hba.conf entry, no encryption")
        error.earlier = [handshake]
        let remedy = try #require(error.remedy)
        #expect(remedy.hasPrefix("check the certificates") && remedy.contains("; check --postgres-user"))
        // With its address as well.
        #expect(error.located(at: "::1").remedy == remedy)
        // That of another server is none of this one's.
        var other = error
        other.peer = "elsewhere:5432"
        #expect(other.remedy?.contains("certificates") == false)
    }

    @Test func aKeyThatIsEncryptedAsksForItsPassphrase() throws {
        let locked = TransportError.passphraseRequired(privateKeyPath: "k")
        let error = PostgresConnectionError(locked, phase: .startup, endpoint: .tcp(host: "db", port: 5432))
        #expect(error.code == .passphraseRequired && error.reason.contains("\"k\" is encrypted"))
        #expect(try #require(error.remedy).contains("sslpassword"))
        // sslmode prefer has gone on without TLS.
        var refused = Self.refusal("28000", "no pg_hba.conf entry, no encryption")
        refused.earlier = [error]
        #expect(try #require(refused.remedy).hasPrefix("give sslpassword"))
    }

    @Test func theSameAnswerTwiceIsSaidOnce() {
        var error = Self.refusal("28P01", "password authentication failed")
        error.earlier = [error]
        let located = error.located(at: "127.0.0.1")
        #expect(located.circumstances == error.reason && located.peer == "db:5432 (127.0.0.1)")
    }
}
