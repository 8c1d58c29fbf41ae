import PosixIO
import PostgresWire
import TestSupport
import Testing
import WireKit

@testable import PostgresClient

/// What a session can be told when it is opened, at a real server.
@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set"))
struct SessionOpeningTests {
    private func open(
        _ configuration: PostgresConfiguration,
        on lane: isolated Lane
    ) async throws -> PostgresConnection {
        try await PostgresConnection.connect(configuration, on: lane.loop)
    }

    @Test func theRevocationListIsLookedAt() async throws {
        let server = try await PostgresServer.shared()
        try await onLane { lane in
            var configuration = server.configuration(.scram)
            configuration.tls = .verifyFull(.file(path: server.certificates.authority))
            configuration.tls.revocationListPath = server.certificates.emptyRevocationList
            #expect(try await open(configuration, on: lane).security.tls != nil)
            configuration.tls.revocationListPath = server.certificates.revocationList
            let error = try await connectionError(configuration, on: lane)
            #expect(error.code == .tls && "\(error)".contains("revoked"))
        }
    }

    @Test func theNewestVersionOfTLSCanBeLimited() async throws {
        let server = try await PostgresServer.shared()
        try await onLane { lane in
            var configuration = server.configuration(.scram)
            configuration.tls = .require
            configuration.tls.maximumVersion = .tls1_2
            configuration.authentication.channelBinding = .require
            let security = try await open(configuration, on: lane).security
            #expect(security.tls?.version == "TLSv1.2" && security.isChannelBound)
        }
    }

    @Test func theHostMayBeNamedBesideItsAddress() async throws {
        let server = try await PostgresServer.shared()
        try await onLane { lane in
            var configuration = server.configuration(.scram)
            configuration.tls = .verifyFull(.file(path: server.certificates.authority))
            configuration.hosts = [PostgresHost(.tcp(host: "127.0.0.1", port: server.port), name: "localhost")]
            #expect(try await open(configuration, on: lane).security.tls != nil)
            configuration.hosts[0].name = "elsewhere.test"
            let error = try await connectionError(configuration, on: lane)
            #expect("\(error)".contains("not for \"elsewhere.test\" but names \"localhost\""), "\(error)")
        }
    }

    @Test func theKindOfServerIsRecognised() async throws {
        let server = try await PostgresServer.shared()
        let readOnly = try await server.createUniqueDatabase()
        _ = try await server.psql("ALTER DATABASE \(readOnly) SET default_transaction_read_only = on")
        let cases: [(String, TargetSessionAttributes, PostgresConnectionError.Code?)] = [
            ("postgres", .readWrite, nil), ("postgres", .primary, nil), ("postgres", .preferStandby, nil),
            ("postgres", .standby, .unsuitableServer), ("postgres", .readOnly, .unsuitableServer),
            (readOnly, .readOnly, nil), (readOnly, .readWrite, .unsuitableServer), (readOnly, .primary, nil),
        ]
        for (database, target, code) in cases {
            try await onLane { lane in
                var configuration = server.configuration(database: database)
                configuration.targetSessionAttributes = target
                guard let code else {
                    _ = try await open(configuration, on: lane)
                    return
                }
                let error = try await connectionError(configuration, on: lane)
                #expect(error.code == code)
            }
        }
    }

    @Test func replicationConnectionsOpen() async throws {
        let server = try await PostgresServer.shared()
        try await onLane { lane in
            for (mode, database) in [(ReplicationMode.database, "postgres"), (.physical, nil)] {
                var configuration = server.configuration()
                configuration.replication = mode
                configuration.targetSessionAttributes = .primary
                let connection = try await open(configuration, on: lane)
                let row = try #require(try await connection.query("IDENTIFY_SYSTEM").first?.rows.first)
                #expect(try row.decode(String?.self, "dbname") == database)
                if mode == .database { #expect(connection.parameters["TimeZone"] == "UTC") }
            }
        }
    }

    @Test func aRequestToCancelTakesTheWayOfItsSession() async throws {
        let server = try await PostgresServer.shared()
        try await onLane { lane in
            for mode in [SSLMode.disable, .prefer, .require] {
                var configuration = server.configuration(.trust)
                configuration.tls.mode = mode
                let connection = try await open(configuration, on: lane)
                let deadline = ContinuousClock.now + .seconds(10)
                let sibling = try await connection.openSibling(until: deadline)
                #expect(sibling.security.tls == connection.security.tls)
                sibling.enqueue(.cancelRequest(CancelRequest(key: try #require(connection.backendKey))))
                try await sibling.flush(.startup, until: deadline)
                // The server says nothing and hangs up.
                #expect(try await !sibling.receive(.startup, until: deadline))
                #expect(!sibling.isUsable && connection.isUsable)
            }
        }
    }

    @Test func optionsArePassedOn() async throws {
        let server = try await PostgresServer.shared()
        try await onLane { lane in
            var configuration = server.configuration()
            configuration.options = "-c search_path=somewhere -c enable_seqscan=off"
            let connection = try await open(configuration, on: lane)
            let row = try #require(try await connection.query("SHOW enable_seqscan").first?.rows.first)
            #expect(try row.decode(String.self, 0) == "off")
        }
    }

    @Test func moneyAndXMLLookTheSameEverywhere() async throws {
        let server = try await PostgresServer.shared()
        try await onLane { lane in
            let connection = try await open(server.configuration(), on: lane)
            let sql = "SELECT current_setting('lc_monetary'), current_setting('xmlbinary'), 1234.5::money::text"
            let row = try #require(try await connection.query(sql).first?.rows.first)
            #expect(try (0..<3).map { try row.decode(String.self, $0) } == ["C", "base64", "$1,234.50"])
        }
    }
}
