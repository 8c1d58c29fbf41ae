import CQLClient
import CQLWire
import Foundation
import PosixIO
import TestSupport
import Testing

@Suite struct HandshakeTests {
    @Test func optionsThenStartup() async throws {
        try await onLane { lane in
            let server = try await ScriptedServer(on: lane.loop)
            let connection = try await CQLConnection.connect(to: server.endpoint, .test(), on: lane.loop)
            #expect(connection.version == .v4)
            #expect(connection.supported["CQL_VERSION"] == ["3.0.0"])
            let requests = server.connections[0].received.map(\.request)
            #expect(
                requests == [
                    .options,
                    .startup(
                        StartupRequest(options: [
                            "CQL_VERSION": "3.0.0", "DRIVER_NAME": "pgscylla", "DRIVER_VERSION": "test",
                        ])
                    ),
                ]
            )
        }
    }

    private static let authenticator = "org.apache.cassandra.auth.PasswordAuthenticator"

    private static func passwordServer(on loop: EventLoop, answer: Response) async throws -> ScriptedServer {
        try await ScriptedServer(on: loop) { request, _ in
            switch request.request {
            case .startup: [.respond(.authenticate(authenticator))]
            case .authResponse: [.respond(answer)]
            default: [.default]
            }
        }
    }

    private static func configuration() -> CQLConfiguration {
        var configuration = CQLConfiguration.test()
        configuration.credentials = CQLCredentials(user: "cassandra", password: "secret")
        return configuration
    }

    @Test func passwordIsSentAsPlain() async throws {
        try await onLane { lane in
            let server = try await Self.passwordServer(on: lane.loop, answer: .authSuccess(nil))
            _ = try await CQLConnection.connect(to: server.endpoint, Self.configuration(), on: lane.loop)
            guard case .authResponse(let response) = server.connections[0].received.last?.request else {
                Issue.record("no AUTH_RESPONSE was sent")
                return
            }
            #expect(response.token == Array("\0cassandra\0secret".utf8)[...])
        }
    }

    @Test func wrongPasswordIsAnErrorOfItsOwn() async throws {
        try await onLane { lane in
            let refusal = ErrorResponse(code: .badCredentials, message: "Provided username or password are incorrect")
            let server = try await Self.passwordServer(on: lane.loop, answer: .error(refusal))
            do throws(CQLConnectionError) {
                _ = try await CQLConnection.connect(to: server.endpoint, Self.configuration(), on: lane.loop)
                Issue.record("connected")
            } catch {
                #expect(error.code == .authenticationFailed("Provided username or password are incorrect"))
                #expect(!"\(error)".contains("secret"))
            }
        }
    }

    @Test func credentialsAreAskedFor() async throws {
        try await onLane { lane in
            let server = try await Self.passwordServer(on: lane.loop, answer: .authSuccess(nil))
            let code = await connectionCode { () async throws(CQLConnectionError) in
                try await CQLConnection.connect(to: server.endpoint, .test(), on: lane.loop)
            }
            #expect(code == .credentialsMissing(authenticator: Self.authenticator))
        }
    }

    @Test func furtherChallengesAreNotSupported() async throws {
        try await onLane { lane in
            let server = try await Self.passwordServer(on: lane.loop, answer: .authChallenge([1]))
            let code = await connectionCode { () async throws(CQLConnectionError) in
                try await CQLConnection.connect(to: server.endpoint, Self.configuration(), on: lane.loop)
            }
            #expect(code == .unsupportedAuthenticator(Self.authenticator))
        }
    }

    @Test func credentialsAreNeverPrinted() {
        let credentials = CQLCredentials(user: "u", password: "secret")
        var text = "\(credentials) \(String(reflecting: credentials))"
        dump(credentials, to: &text)
        dump(Self.configuration(), to: &text)
        #expect(!text.contains("secret"))
    }

    @Test func serverThatAnswersInV3IsAskedAgainInV3() async throws {
        try await onLane { lane in
            let server = try await ScriptedServer(on: lane.loop)
            server.highestVersion = .v3
            let connection = try await CQLConnection.connect(to: server.endpoint, .test(), on: lane.loop)
            #expect(connection.version == .v3)
            #expect(server.connections.map { $0.received.first?.version } == [.v4, .v3])
        }
    }

    @Test(
        arguments: [
            (.raw([0x82, 0, 0, 0x00, 0, 0, 0, 0]), .unsupportedVersion(ProtocolVersion(rawValue: 2))),
            (.raw([0x85, 0, 0, 0, 0, 0, 0, 0, 0]), .unsupportedVersion(ProtocolVersion(rawValue: 5))),
            (.raw(Array("HTTP/1.1 400 Bad Request\r\n".utf8)), .notCQL(firstByte: UInt8(ascii: "H"))),
            (.raw([0x15, 0x03, 0x03]), .notCQL(firstByte: 0x15)),
            (.respond(.ready), .unexpectedResponse("answer to OPTIONS")),
        ] as [(ScriptedServer.Step, CQLConnectionError.Code)]
    )
    func otherAnswersToOptions(_ step: ScriptedServer.Step, _ expected: CQLConnectionError.Code) async throws {
        try await onLane { lane in
            let server = try await ScriptedServer(on: lane.loop) { _, _ in [step] }
            let code = await connectionCode { () async throws(CQLConnectionError) in
                try await CQLConnection.connect(to: server.endpoint, .test(), on: lane.loop)
            }
            #expect(code == expected)
        }
    }

    @Test func errorOnStreamZeroIsTheAnswer() async throws {
        try await onLane { lane in
            let refusal = ErrorResponse(code: .protocolError, message: "bad STARTUP")
            let server = try await ScriptedServer(on: lane.loop) { request, _ in
                guard case .startup = request.request else { return [.default] }
                return [.respondOn(StreamID(rawValue: 0), .error(refusal))]
            }
            let peer = "\(server.endpoint)"
            let code = await connectionCode { () async throws(CQLConnectionError) in
                try await CQLConnection.connect(to: server.endpoint, .test(), on: lane.loop)
            }
            #expect(code == .rejected(CQLServerError(refusal, peer: peer)))
        }
    }

    @Test func serverThatHangsUpIsNotReachable() async throws {
        try await onLane { lane in
            let server = try await ScriptedServer(on: lane.loop) { _, _ in [.close] }
            let peer = "\(server.endpoint)"
            let code = await connectionCode { () async throws(CQLConnectionError) in
                try await CQLConnection.connect(to: server.endpoint, .test(), on: lane.loop)
            }
            #expect(code == .cannotConnect(.closed(peer: peer)))
        }
    }

    @Test func silentServerTimesOut() async throws {
        try await onLane { lane in
            let server = try await ScriptedServer(on: lane.loop) { _, _ in [] }
            var configuration = CQLConfiguration.test()
            configuration.connectTimeout = .milliseconds(20)
            let peer = "\(server.endpoint)"
            let code = await connectionCode { () async throws(CQLConnectionError) in
                try await CQLConnection.connect(to: server.endpoint, configuration, on: lane.loop)
            }
            #expect(code == .cannotConnect(.timedOut(operation: "the CQL handshake", peer: peer)))
        }
    }

    @Test func tlsIsVerifiedAndUsed() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "pgscylla-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let certificates = try await TestCertificates.make(in: folder.path)
        try await onLane { lane in
            let identity = TLSIdentity(
                certificateChainPath: certificates.server.certificate,
                privateKeyPath: certificates.server.privateKey
            )
            let server = try await ScriptedServer(on: lane.loop, tls: TLSServerConfiguration(identity: identity))
            let endpoint = Endpoint.tcp(host: "localhost", port: server.port)
            var configuration = CQLConfiguration.test()
            configuration.tls = TLSClientConfiguration(verification: .full(.file(path: certificates.authority)))
            let connection = try await CQLConnection.connect(to: endpoint, configuration, on: lane.loop)
            #expect(try await connection.query("INSERT") == .void)
            configuration.tls = TLSClientConfiguration(verification: .full(.file(path: certificates.otherAuthority)))
            let code = await connectionCode { () async throws(CQLConnectionError) in
                try await CQLConnection.connect(to: endpoint, configuration, on: lane.loop)
            }
            guard case .cannotConnect(.tls) = code else {
                Issue.record("\(String(describing: code))")
                return
            }
        }
        try FileManager.default.removeItem(at: folder)
    }
}
