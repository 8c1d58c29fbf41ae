import PosixIO
import PostgresClient
import PostgresWire
import TestSupport
import Testing
import WireKit

@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set"))
struct ConnectTests {
    @Test(arguments: PostgresServer.Role.withoutCertificate)
    func everyAuthenticationMethod(_ role: PostgresServer.Role) async throws {
        let server = try await PostgresServer.shared()
        try await onLane { lane in
            var configuration = server.configuration(role)
            configuration.tls = .prefer
            let connection = try await PostgresConnection.connect(configuration, on: lane.loop)
            let row = try #require(
                try await connection.query("SELECT current_user, ssl FROM pg_stat_ssl").last?.rows.first
            )
            #expect(try row.decode(String.self, 0) == role.name)
            #expect(connection.serverMajorVersion == server.majorVersion)
            #expect(connection.backendKey != nil)
            connection.close()
        }
    }

    @Test(arguments: [PostgresServer.Role.cleartext, .md5, .scram])
    func aWrongOrMissingPasswordIsSaid(_ role: PostgresServer.Role) async throws {
        let server = try await PostgresServer.shared()
        try await onLane { lane in
            var configuration = server.configuration(role)
            configuration.password = Credential("wrong one")
            var error = try await connectionError(configuration, on: lane)
            #expect(error.code == .authenticationFailed && error.phase == .startup)
            #expect(error.serverError?.sqlState == .invalidPassword)
            #expect("\(error)".contains("--postgres-password") && !"\(error)".contains("wrong one"))
            #expect(!error.isSafeToRetry)
            configuration.password = nil
            error = try await connectionError(configuration, on: lane)
            #expect(error.code == .passwordRequired)
        }
    }

    @Test func aDatabaseThatDoesNotExistIsNamed() async throws {
        let server = try await PostgresServer.shared()
        try await onLane { lane in
            let error = try await connectionError(server.configuration(database: "no_such"), on: lane)
            #expect(error.code == .databaseDoesNotExist)
            #expect("\(error)".contains("\"no_such\"") && "\(error)".contains("--postgres-db"))
        }
    }

    @Test func aClosedPortIsNamedWithItsRemedy() async throws {
        try await onLane { lane in
            // A peer without scripts that is gone again leaves a port where nothing listens.
            let port = try await ScriptedPeer.start([], on: lane.loop).port
            let configuration = PostgresConfiguration(
                endpoints: [.tcp(host: "127.0.0.1", port: port)],
                user: "u",
                database: "d"
            )
            let error = try await connectionError(configuration, on: lane)
            #expect(error.code == .unreachable && error.isSafeToRetry)
            #expect(
                "\(error)" == """
                    cannot connect to PostgreSQL at 127.0.0.1:\(port): connection refused; is the server running there? \
                    check --postgres-host and --postgres-port
                    """
            )
        }
    }

    @Test func theNextEndpointIsTriedWhenOneDoesNotAnswer() async throws {
        let server = try await PostgresServer.shared()
        try await onLane { lane in
            let port = try await ScriptedPeer.start([], on: lane.loop).port
            let configuration = server.configuration {
                $0.endpoints = [
                    .tcp(host: "127.0.0.1", port: port), .unix(path: "/nonexistent/.s.PGSQL.1"), $0.endpoints[0],
                ]
            }
            let connection = try await PostgresConnection.connect(configuration, on: lane.loop)
            #expect(connection.endpoint == server.endpoint)
            var unreachable = configuration
            unreachable.endpoints.removeLast()
            let error = try await connectionError(unreachable, on: lane)
            #expect(error.earlier.map(\.code) == [.unreachable])
            #expect("\(error)".contains("127.0.0.1:\(port)"))
        }
    }

    @Test func aUnixDomainSocketNeedsNoTLS() async throws {
        let server = try await PostgresServer.shared()
        try await onLane { lane in
            let configuration = server.configuration {
                $0.endpoints = [.unix(path: server.socketPath)]
                $0.tls = .require
            }
            let connection = try await PostgresConnection.connect(configuration, on: lane.loop)
            let result = try await connection.query("SELECT inet_client_addr() IS NULL")
            #expect(try result[0].rows[0].decode(Bool.self, 0))
        }
    }

    @Test func settingsArePinnedAndExtended() async throws {
        let server = try await PostgresServer.shared()
        let database = try await server.createUniqueDatabase()
        _ = try await server.psql(
            """
            ALTER DATABASE \(database) SET DateStyle = 'German';
            ALTER DATABASE \(database) SET TimeZone = 'Asia/Kathmandu';
            ALTER DATABASE \(database) SET bytea_output = 'escape';
            ALTER DATABASE \(database) SET standard_conforming_strings = off;
            ALTER DATABASE \(database) SET statement_timeout = '1h';
            """
        )
        try await onLane { lane in
            var configuration = server.configuration(database: database)
            configuration.sessionParameters = [SessionParameter("search_path", "it's, \"q\\\"")]
            let connection = try await PostgresConnection.connect(configuration, on: lane.loop)
            #expect(connection.parameters["DateStyle"]?.hasPrefix("ISO") == true)
            #expect(connection.parameters["TimeZone"] == "UTC")
            #expect(connection.parameters["client_encoding"] == "UTF8")
            #expect(connection.parameters["application_name"] == "pgscylla")
            let sql = """
                SELECT '\\x01'::bytea::text, current_setting('statement_timeout'), current_setting('search_path'),
                       current_setting('row_security')
                """
            let row = try #require(try await connection.query(sql).first?.rows.first)
            #expect(try (0..<4).map { try row.decode(String.self, $0) } == ["\\x01", "0", "it's, \"q\\\"", "off"])
        }
    }
}
