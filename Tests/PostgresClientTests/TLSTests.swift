import PosixIO
import PostgresClient
import TestSupport
import Testing

@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set"))
struct TLSTests {
    private func isEncrypted(_ configuration: PostgresConfiguration, on lane: isolated Lane) async throws -> Bool {
        let connection = try await PostgresConnection.connect(configuration, on: lane.loop)
        let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        let row = try #require(try await connection.query(sql).first?.rows.first)
        return try row.decode(Bool.self, "ssl")
    }

    @Test func theSessionIsEncryptedAsAsked() async throws {
        let server = try await PostgresServer.shared()
        let authority = RootCertificates.file(path: server.certificates.authority)
        try await onLane { lane in
            let modes: [(PostgresTLS, Bool)] = [
                (.disable, false), (.prefer, true), (.require, true), (.verifyFull(authority), true),
            ]
            for (tls, expected) in modes {
                let isEncrypted = try await isEncrypted(server.configuration { $0.tls = tls }, on: lane)
                #expect(isEncrypted == expected)
            }
        }
    }

    @Test func anUnknownAuthorityIsRefused() async throws {
        let server = try await PostgresServer.shared()
        try await onLane { lane in
            for roots in [RootCertificates.file(path: server.certificates.otherAuthority), .system] {
                let error = try await connectionError(server.configuration { $0.tls = .verifyFull(roots) }, on: lane)
                #expect(error.code == .tls)
                #expect("\(error)".contains("certificate"))
            }
        }
    }

    @Test func aCertificateForAnotherHostIsRefused() async throws {
        let server = try await PostgresServer.shared()
        try await onLane { lane in
            let configuration = server.configuration {
                $0.endpoints = [.tcp(host: "127.0.0.1", port: server.port)]
                $0.tls = .verifyFull(.file(path: server.certificates.authority))
            }
            let error = try await connectionError(configuration, on: lane)
            #expect(error.code == .tls)
        }
    }

    @Test func aServerThatInsistsOnTLSRefusesPlainSessions() async throws {
        let server = try await PostgresServer.shared()
        try await onLane { lane in
            let error = try await connectionError(server.configuration(.tlsOnly), on: lane)
            #expect(error.code == .authenticationFailed)
            #expect("\(error)".contains("pg_hba.conf"))
        }
    }

    @Test func tlsThatIsRequiredAndRefusedEndsTheSession() async throws {
        try await onLane { lane in
            let peer = try await ScriptedPeer.start([[.startup, .send([UInt8(ascii: "N")])]], on: lane.loop)
            let configuration = PostgresConfiguration(
                endpoints: [peer.endpoint],
                user: "u",
                database: "d",
                tls: .require
            )
            let error = try await connectionError(configuration, on: lane)
            #expect(error.code == .tlsRefused)
        }
    }

    @Test func bytesInjectedBeforeTheHandshakeAreRefused() async throws {
        try await onLane { lane in
            let peer = try await ScriptedPeer.start([[.startup, .send([UInt8(ascii: "S"), 0x52])]], on: lane.loop)
            let configuration = PostgresConfiguration(
                endpoints: [peer.endpoint],
                user: "u",
                database: "d",
                tls: .require
            )
            let error = try await connectionError(configuration, on: lane)
            #expect(error.code == .protocolViolation && "\(error)".contains("unencrypted"))
        }
    }
}
