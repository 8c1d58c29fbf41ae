import PostgresWire
import TestSupport
import Testing

@Suite struct StartupStateMachineTests {
    private static let parameters: [StartupMessage.Parameter] = [.init("user", "u"), .init("database", "d")]

    private func machine(
        password: String? = "secret",
        tls: StartupStateMachine.Configuration.TLS = .disable,
        authentication: AuthenticationRequirements = AuthenticationRequirements(),
        protocolVersions: ClosedRange<ProtocolVersion> = .v3_0 ... .v3_0,
        nonce: String = "nonce"
    ) -> StartupStateMachine {
        StartupStateMachine(
            StartupStateMachine.Configuration(
                user: "u",
                password: password,
                tls: tls,
                authentication: authentication,
                protocolVersions: protocolVersions,
                parameters: Self.parameters,
                nonce: nonce,
                hashes: .libcrypto
            )
        )
    }

    private static let startup = StartupStateMachine.Action.sendPacket(
        .startup(StartupMessage(parameters: parameters))
    )

    @Test func aTrustedSessionOpens() {
        var machine = machine(password: nil)
        #expect(machine.connected() == Self.startup)
        #expect(machine.messageReceived(.authentication(.ok)) == .read)
        // A notice may come between AuthenticationOk and the parameters.
        let notice = NoticeResponse(fields: [.init(.message, "hm")])
        #expect(machine.messageReceived(.noticeResponse(notice)) == .asynchronous(.notice(notice)))
        let status = ParameterStatus(name: "TimeZone", value: "UTC")
        #expect(machine.messageReceived(.parameterStatus(status)) == .asynchronous(.parameterStatus(status)))
        let key = BackendKeyData(processID: 1, secretKey: [1, 2, 3, 4])
        #expect(machine.messageReceived(.backendKeyData(key)) == .backendKey(key))
        #expect(machine.messageReceived(.readyForQuery(ReadyForQuery(status: .idle))) == .ready(.idle))
    }

    @Test func passwordsAreSentAsAsked() {
        var cleartext = machine()
        _ = cleartext.connected()
        #expect(
            cleartext.messageReceived(.authentication(.cleartextPassword))
                == .send(.password(PasswordMessage(password: "secret")))
        )
        #expect(cleartext.messageReceived(.authentication(.ok)) == .read)

        var md5 = machine()
        _ = md5.connected()
        let response = MD5Authentication.response(
            user: "u",
            password: "secret",
            salt: [1, 2, 3, 4],
            md5: AuthenticationHashes.libcrypto.md5
        )
        #expect(md5.messageReceived(.authentication(.md5Password(salt: [1, 2, 3, 4]))) == .send(.password(response)))
    }

    @Test(arguments: ["pg15_startup_scram", "pg18_startup_proto32_scram", "pg15_startup_proto32_negotiated_to_30"])
    func recordedSessionsOpen(_ name: String) throws {
        let capture = try PostgresCapture.named(name)
        let trace = try SessionTrace(capture)
        guard case .saslInitialResponse(let initial) = try #require(trace.frontend.first) else {
            Issue.record("the capture does not authenticate by SCRAM")
            return
        }
        let clientFirst = String(decoding: try #require(initial.data), as: UTF8.self)
        let password = try #require(capture.password)
        var machine = machine(
            password: password,
            protocolVersions: .v3_0...(name.contains("proto32") ? .v3_2 : .v3_0),
            nonce: String(clientFirst.dropFirst("n,,n=,r=".count))
        )
        _ = machine.connected()
        var sent: [FrontendMessage] = []
        var isReady = false
        for message in trace.backend where !isReady {
            switch machine.messageReceived(message) {
            case .send(let message): sent.append(message)
            case .ready: isReady = true
            case .fail(let failure): Issue.record("\(failure)")
            case .sendPacket, .startTLS: Issue.record("a packet in the middle of the session")
            case .read, .backendKey, .asynchronous: break
            }
        }
        #expect(isReady)
        #expect(sent == Array(trace.frontend.prefix(2)))
    }

    @Test(arguments: [
        "pg15_startup_scram_badpw", "pg15_startup_md5_badpw", "pg18_startup_no_database", "pg18_startup_reject_hba",
    ])
    func recordedRefusalsAreServerErrors(_ name: String) throws {
        let trace = try SessionTrace(try PostgresCapture.named(name))
        guard case .errorResponse(let error) = try #require(trace.backend.last) else {
            Issue.record("the capture does not end with an error")
            return
        }
        for _ in trace.backend {
            var machine = machine()
            _ = machine.connected()
            #expect(machine.messageReceived(.errorResponse(error)) == .fail(.server(PostgresServerError(error))))
        }
    }

    @Test func aMissingPasswordIsSaid() {
        for request in [
            Authentication.cleartextPassword, .md5Password(salt: [0, 0, 0, 0]), .sasl(mechanisms: ["SCRAM-SHA-256"]),
        ] {
            var machine = machine(password: nil)
            _ = machine.connected()
            guard case .fail(.passwordRequired) = machine.messageReceived(.authentication(request)) else {
                Issue.record("\(request) went on without a password")
                return
            }
        }
    }

    @Test(arguments: [Authentication.kerberosV5, .gss, .sspi, .scmCredential, .sasl(mechanisms: ["OTHER"])])
    func otherMethodsAreRefused(_ request: Authentication) {
        var machine = machine()
        _ = machine.connected()
        guard case .fail(.unsupportedAuthentication) = machine.messageReceived(.authentication(request)) else {
            Issue.record("\(request) was not refused")
            return
        }
    }

    @Test func theServerMustFinishItsProof() {
        var machine = machine()
        _ = machine.connected()
        guard case .send = machine.messageReceived(.authentication(.sasl(mechanisms: ["SCRAM-SHA-256"]))) else {
            Issue.record("SCRAM did not start")
            return
        }
        let violation = ProtocolViolation.unexpected(.authentication, phase: "SCRAM authentication")
        #expect(machine.messageReceived(.authentication(.ok)) == .fail(.protocolViolation(violation)))
    }

    @Test func tlsIsAskedForAndAnswered() {
        for tls in [StartupStateMachine.Configuration.TLS.prefer, .require] {
            var machine = machine(tls: tls)
            #expect(machine.connected() == .sendPacket(.sslRequest))
            #expect(machine.tlsAnswerReceived(UInt8(ascii: "S"), hasMoreBytes: false) == .startTLS)
            #expect(machine.tlsEstablished(serverEndPoint: nil) == Self.startup)
        }
    }

    @Test func aRefusalOfTLSEndsOnlyWhatRequiresIt() {
        var preferring = machine(tls: .prefer)
        _ = preferring.connected()
        #expect(preferring.tlsAnswerReceived(UInt8(ascii: "N"), hasMoreBytes: false) == Self.startup)
        var requiring = machine(tls: .require)
        _ = requiring.connected()
        #expect(requiring.tlsAnswerReceived(UInt8(ascii: "N"), hasMoreBytes: false) == .fail(.tlsRefused))
    }

    @Test func bytesBehindTheConsentToTLSAreNotTrusted() {
        var injected = machine(tls: .require)
        _ = injected.connected()
        #expect(
            injected.tlsAnswerReceived(UInt8(ascii: "S"), hasMoreBytes: true) == .fail(.unencryptedBytesAfterTLSAnswer)
        )
        var garbage = machine(tls: .prefer)
        _ = garbage.connected()
        #expect(garbage.tlsAnswerReceived(0x48, hasMoreBytes: true) == .fail(.invalidTLSAnswer(0x48)))
    }

    @Test func aFailureIsFinal() {
        var machine = machine()
        _ = machine.connected()
        _ = machine.messageReceived(.authentication(.gss))
        guard case .fail(.protocolViolation) = machine.messageReceived(.authentication(.ok)) else {
            Issue.record("a failed start-up went on")
            return
        }
    }
}
