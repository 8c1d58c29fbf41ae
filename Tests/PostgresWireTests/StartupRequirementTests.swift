import PostgresWire
import TestSupport
import Testing
import WireKit

/// What the user demands of the server's way of authenticating, and a server that offers less.
@Suite struct StartupRequirementTests {
    private typealias Requirements = AuthenticationRequirements
    private static let plain = "SCRAM-SHA-256"
    private static let bound = "SCRAM-SHA-256-PLUS"

    /// A machine that has sent its StartupMessage, on TLS if there is something to bind to or `isEncrypted`.
    private func started(
        _ requirements: AuthenticationRequirements = AuthenticationRequirements(),
        password: String? = "pencil",
        isEncrypted: Bool = false,
        serverEndPoint: [UInt8]? = nil,
        clientCertificate: ClientCertificate = .notRequested,
        nonce: String = "nonce",
        versions: ClosedRange<ProtocolVersion> = .v3_0 ... .v3_0
    ) -> StartupStateMachine {
        var machine = StartupStateMachine(
            StartupStateMachine.Configuration(
                user: "user",
                password: password,
                tls: isEncrypted ? .require : .disable,
                authentication: requirements,
                protocolVersions: versions,
                parameters: [],
                nonce: nonce,
                hashes: .libcrypto
            )
        )
        let first = machine.connected()
        guard isEncrypted else { return machine }
        #expect(first == .sendPacket(.sslRequest))
        #expect(machine.tlsAnswerReceived(UInt8(ascii: "S"), hasMoreBytes: false) == .startTLS)
        _ = machine.tlsEstablished(serverEndPoint: serverEndPoint, clientCertificate: clientCertificate)
        return machine
    }

    private func refusal(_ action: StartupStateMachine.Action) -> AuthenticationRequirementError? {
        guard case .fail(.requirement(let error)) = action else { return nil }
        return error
    }

    // MARK: sslcertmode

    @Test(arguments: [
        (ClientCertificate.notRequested, AuthenticationRequirementError?.some(.clientCertificateNotRequested)),
        (.missing, .clientCertificateNotSent), (.sent, nil),
    ])
    func aRequiredCertificateMustBeSent(_ use: ClientCertificate, _ expected: AuthenticationRequirementError?) {
        var requirements = Requirements()
        for isRequired in [false, true] {
            requirements.requiresClientCertificate = isRequired
            // It is too late to ask for more, once the server has let us in, by whatever method.
            var machine = started(requirements, isEncrypted: true, clientCertificate: use)
            #expect(refusal(machine.messageReceived(.authentication(.ok))) == (isRequired ? expected : nil))
            machine = started(requirements, isEncrypted: true, clientCertificate: use)
            #expect(refusal(machine.messageReceived(.authentication(.cleartextPassword))) == nil)
            #expect(refusal(machine.messageReceived(.authentication(.ok))) == (isRequired ? expected : nil))
        }
        var plain = started(requirements)
        #expect(refusal(plain.messageReceived(.authentication(.ok))) == .clientCertificateNotRequested)
    }

    // MARK: require_auth

    @Test(arguments: [
        (Authentication.ok, AuthenticationMethod.none), (.cleartextPassword, .password),
        (.md5Password(salt: [1, 2, 3, 4]), .md5), (.sasl(mechanisms: [plain]), .scramSHA256),
    ])
    func onlyTheMethodsAllowedAreUsed(_ request: Authentication, _ method: AuthenticationMethod) {
        let others = Set(AuthenticationMethod.allCases).subtracting([method])
        var refusing = started(Requirements(methods: others))
        let expected = AuthenticationRequirementError.methodNotAllowed(method, allowed: others)
        #expect(refusal(refusing.messageReceived(.authentication(request))) == expected)
        for methods in [nil, [method]] as [Set<AuthenticationMethod>?] {
            var accepting = started(Requirements(methods: methods))
            #expect(refusal(accepting.messageReceived(.authentication(request))) == nil)
        }
        var nothing = started(Requirements(methods: []))
        #expect(refusal(nothing.messageReceived(.authentication(request))) != nil)
    }

    @Test func aServerCannotSkipWhatItWasAskedFor() {
        var skipping = started(Requirements(methods: [.scramSHA256, .md5]))
        let action = skipping.messageReceived(.authentication(.ok))
        #expect(
            refusal(action)?.description
                == "the server asks for no authentication, but md5 or scram-sha-256 is required"
        )
        #expect(!skipping.isAuthenticated)
        var halfWay = started(Requirements(methods: [.scramSHA256]))
        _ = halfWay.messageReceived(.authentication(.sasl(mechanisms: [Self.plain])))
        guard case .fail = halfWay.messageReceived(.authentication(.ok)) else {
            Issue.record("the server's proof was skipped")
            return
        }
    }

    // MARK: channel_binding

    /// How the exchange begins: its mechanism and gs2-header.
    private func beginning(_ action: StartupStateMachine.Action) -> String? {
        guard case .send(.saslInitialResponse(let response)) = action else { return nil }
        let text = String(decoding: response.data ?? [], as: UTF8.self)
        return "\(response.mechanism) \(text.prefix { $0 != "," })"
    }

    @Test(arguments: [
        // On TLS with something to bind to: what we want, what the server offers, how we begin.
        (ChannelBinding.prefer, [bound, plain], "SCRAM-SHA-256-PLUS p=tls-server-end-point"),
        (.require, [plain, bound], "SCRAM-SHA-256-PLUS p=tls-server-end-point"), (.prefer, [plain], "SCRAM-SHA-256 y"),
        (.disable, [bound, plain], "SCRAM-SHA-256 n"), (.disable, [plain], "SCRAM-SHA-256 n"),
    ])
    func theBeginningSaysWhatWeCouldDo(_ wanted: ChannelBinding, _ offered: [String], _ expected: String) {
        var machine = started(Requirements(channelBinding: wanted), isEncrypted: true, serverEndPoint: [1, 2, 3])
        #expect(beginning(machine.messageReceived(.authentication(.sasl(mechanisms: offered)))) == expected)
    }

    @Test func withoutAHashThereIsNothingToBindTo() {
        var preferring = started(isEncrypted: true)
        let offer = BackendMessage.authentication(.sasl(mechanisms: [Self.bound, Self.plain]))
        #expect(beginning(preferring.messageReceived(offer)) == "SCRAM-SHA-256 n")
        var requiring = started(Requirements(channelBinding: .require), isEncrypted: true)
        #expect(refusal(requiring.messageReceived(offer)) == .channelBindingUndefined)
    }

    @Test func requiredBindingRefusesEverythingElse() {
        let requirements = Requirements(channelBinding: .require)
        let requests: [(Authentication, AuthenticationRequirementError)] = [
            (.ok, .channelBindingNotUsed(method: .none)),
            (.cleartextPassword, .channelBindingNotUsed(method: .password)),
            (.md5Password(salt: [0, 0, 0, 0]), .channelBindingNotUsed(method: .md5)),
            (.sasl(mechanisms: [Self.plain]), .channelBindingNotOffered),
        ]
        for (request, expected) in requests {
            var machine = started(requirements, isEncrypted: true, serverEndPoint: [1])
            #expect(refusal(machine.messageReceived(.authentication(request))) == expected)
        }
        var unencrypted = started(requirements)
        let offer = BackendMessage.authentication(.sasl(mechanisms: [Self.plain]))
        #expect(refusal(unencrypted.messageReceived(offer)) == .channelBindingNeedsTLS)
    }

    @Test(arguments: ChannelBinding.allCases)
    func bindingOfferedWithoutTLSIsSuspicious(_ wanted: ChannelBinding) {
        var machine = started(Requirements(channelBinding: wanted))
        let offer = BackendMessage.authentication(.sasl(mechanisms: [Self.bound, Self.plain]))
        #expect(refusal(machine.messageReceived(offer)) == .channelBindingOfferedWithoutTLS)
    }

    @Test func aBoundExchangeIsSigned() {
        let hash = [UInt8](repeating: 7, count: 32)
        var machine = started(isEncrypted: true, serverEndPoint: hash, nonce: "abc")
        _ = machine.messageReceived(.authentication(.sasl(mechanisms: [Self.bound])))
        let first = Array("r=abcdef,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096".utf8)
        guard case .send(.saslResponse(let final)) = machine.messageReceived(.authentication(.saslContinue(first)))
        else {
            Issue.record("the exchange did not go on")
            return
        }
        // base64("p=tls-server-end-point,," + hash)
        let binding = "cD10bHMtc2VydmVyLWVuZC1wb2ludCwsBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="
        #expect(String(decoding: final.data, as: UTF8.self).hasPrefix("c=\(binding),r=abcdef,p="))
        let forged = Array("v=AAAATRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=".utf8)
        #expect(
            machine.messageReceived(.authentication(.saslFinal(forged))) == .fail(.scram(.serverSignatureMismatch))
        )
        #expect(machine.authentication.method == .none && !machine.authentication.isChannelBound)
    }

    @Test(arguments: [
        ("r=xyz,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", SCRAMError.nonceMismatch),
        ("r=noncex,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1000000000", .iterationCount(1_000_000_000)),
        ("r=noncex,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=+4096", .malformed(attribute: "i")),
        ("r=nonce\u{301}x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=", .malformed(attribute: "i")),
    ])
    func aServerThatLiesDuringSCRAM(_ first: String, _ expected: SCRAMError) {
        var machine = started()
        _ = machine.messageReceived(.authentication(.sasl(mechanisms: [Self.plain])))
        #expect(machine.messageReceived(.authentication(.saslContinue(Array(first.utf8)))) == .fail(.scram(expected)))
    }

    @Test func anEmptyPasswordIsNoPassword() {
        var machine = started(password: "")
        #expect(
            machine.messageReceived(.authentication(.cleartextPassword)) == .fail(.passwordRequired(method: "password"))
        )
    }

    // MARK: Protocol versions

    private func negotiation(_ version: UInt32, _ options: [String] = []) -> BackendMessage {
        .negotiateProtocolVersion(
            NegotiateProtocolVersion(newestVersion: ProtocolVersion(rawValue: version), unrecognizedOptions: options)
        )
    }

    @Test(arguments: [0x0003_0000, 0] as [UInt32])
    func anOlderVersionIsSettledOn(_ answer: UInt32) {
        var machine = started(versions: .v3_0 ... .v3_2)
        #expect(machine.messageReceived(negotiation(answer)) == .read)
        #expect(machine.protocolVersion == .v3_0)
        #expect(machine.messageReceived(negotiation(answer)) == .fail(.negotiation(.repeated)))
    }

    @Test func lesserAndStrangeVersionsAreRefused() {
        let cases: [(UInt32, [String], ProtocolNegotiationError)] = [
            (0x0003_0000, [], .tooOld(.v3_0, minimum: .v3_2)), (0x0003_0002, [], .nothingChanged),
            (0x0003_0003, [], .invalidVersion(ProtocolVersion(rawValue: 0x0003_0003))),
            (0x0003_0001, [], .invalidVersion(ProtocolVersion(rawValue: 0x0003_0001))),
            (0x0002_0000, [], .invalidVersion(ProtocolVersion(rawValue: 0x0002_0000))),
            (0x0003_0000, ["_pq_.x"], .unknownOptions(["_pq_.x"])),
        ]
        for (version, options, expected) in cases {
            var machine = started(versions: .v3_2 ... .v3_2)
            #expect(machine.messageReceived(negotiation(version, options)) == .fail(.negotiation(expected)))
        }
        var late = started(versions: .v3_0 ... .v3_2)
        _ = late.messageReceived(.authentication(.ok))
        guard case .fail(.protocolViolation) = late.messageReceived(negotiation(0x0003_0000)) else {
            Issue.record("negotiated after authentication")
            return
        }
    }

    @Test func longKeysNeedTheNewVersion() {
        let long = BackendMessage.backendKeyData(
            BackendKeyData(processID: 1, secretKey: [UInt8](repeating: 9, count: 256))
        )
        for version in [ProtocolVersion.v3_0, .v3_2] {
            var machine = started(versions: .v3_0...version)
            _ = machine.messageReceived(.authentication(.ok))
            let action = machine.messageReceived(long)
            switch action {
            case .backendKey: #expect(version == .v3_2)
            default: #expect(version == .v3_0)
            }
        }
    }

    @Test func anErrorInAnswerToTheSSLRequestIsNotRead() {
        var machine = StartupStateMachine(
            StartupStateMachine.Configuration(
                user: "u",
                password: nil,
                tls: .prefer,
                parameters: [],
                nonce: "n",
                hashes: .libcrypto
            )
        )
        _ = machine.connected()
        #expect(machine.tlsAnswerReceived(UInt8(ascii: "E"), hasMoreBytes: true) == .fail(.errorInsteadOfTLSAnswer))
    }
}
