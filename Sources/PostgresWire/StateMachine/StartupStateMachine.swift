import WireKit

/// The opening of a session: TLS request, StartupMessage, authentication, parameters, first ReadyForQuery.
///
/// PostgreSQL documentation, "Message Flow", Start-up and SSL Session Encryption.
package struct StartupStateMachine: Sendable {
    /// What the connection does next.
    package enum Action: Equatable, Sendable {
        case sendPacket(StartupPacket)
        case send(FrontendMessage)
        case startTLS
        /// Read the next message.
        case read
        case backendKey(BackendKeyData)
        case asynchronous(AsynchronousMessage)
        case ready(TransactionStatus)
        case fail(StartupFailure)
    }

    /// Where the opening is.
    enum State {
        /// Entered at the start; next `awaitingTLSAnswer` or `awaitingAuthentication`.
        case initial
        /// Entered when an SSLRequest was sent; next `awaitingTLS`, `awaitingAuthentication` or `failed`.
        case awaitingTLSAnswer
        /// Entered when the server agreed to TLS; next `awaitingAuthentication`.
        case awaitingTLS
        /// Entered when the StartupMessage or a password was sent; next any of the three below, or `failed`.
        case awaitingAuthentication
        /// Entered when the client-first-message was sent; next `awaitingSASLFinal` or `failed`.
        case awaitingSASLContinue(SCRAMClient)
        /// Entered when the client-final-message was sent; next `awaitingOK` or `failed`.
        case awaitingSASLFinal(SCRAMClient)
        /// Entered when the server proved itself or has our password; next `awaitingReady` or `failed`.
        case awaitingOK
        /// Entered with AuthenticationOk; next `ready` or `failed`.
        case awaitingReady
        /// Entered with ReadyForQuery; final.
        case ready
        /// Entered with the first failure; final.
        case failed
    }

    /// What lies between the two sides.
    enum Channel {
        case plain
        /// TLS, with the hash by which an authentication is bound to it, if there is one.
        case encrypted(serverEndPoint: [UInt8]?)
    }

    var state = State.initial
    var channel = Channel.plain
    private(set) var clientCertificate = ClientCertificate.notRequested
    let configuration: Configuration
    /// How the server has authenticated us so far.
    package internal(set) var authentication = CompletedAuthentication()
    /// The version settled on.
    package private(set) var protocolVersion: ProtocolVersion
    private var isVersionNegotiated = false

    package init(_ configuration: Configuration) {
        self.configuration = configuration
        protocolVersion = configuration.protocolVersions.upperBound
    }

    /// Whether the server has let us in: what fails from here on has nothing to do with who we are or with TLS.
    package var isAuthenticated: Bool {
        switch state {
        case .awaitingReady, .ready: true
        case .initial, .awaitingTLSAnswer, .awaitingTLS, .awaitingAuthentication, .awaitingSASLContinue,
            .awaitingSASLFinal, .awaitingOK, .failed:
            false
        }
    }

    /// The connection is open: says what to send first.
    package mutating func connected() -> Action {
        switch configuration.tls {
        case .disable:
            return sendStartupMessage()
        case .prefer, .require:
            state = .awaitingTLSAnswer
            return .sendPacket(.sslRequest)
        }
    }

    /// The one byte that answers an SSLRequest has come.
    ///
    /// - Parameters:
    ///   - answer: the byte.
    ///   - hasMoreBytes: whether bytes came with it; before a handshake the server has nothing to say.
    /// - Returns: what to do next.
    package mutating func tlsAnswerReceived(_ answer: UInt8, hasMoreBytes: Bool) -> Action {
        switch answer {
        case UInt8(ascii: "S"):
            guard !hasMoreBytes else { return fail(.unencryptedBytesAfterTLSAnswer) }
            state = .awaitingTLS
            return .startTLS
        case UInt8(ascii: "N"):
            switch configuration.tls {
            case .require: return fail(.tlsRefused)
            case .prefer, .disable: return sendStartupMessage()
            }
        case UInt8(ascii: "E"):
            // Its text is not read: nobody vouches for it (CVE-2024-10977).
            return fail(.errorInsteadOfTLSAnswer)
        default:
            return fail(.invalidTLSAnswer(answer))
        }
    }

    /// The TLS handshake is done, after the server's consent or at once.
    ///
    /// - Parameters:
    ///   - serverEndPoint: the server's certificate, hashed as RFC 5929 says, if it says how.
    ///   - clientCertificate: what became of ours.
    /// - Returns: what to do next.
    package mutating func tlsEstablished(
        serverEndPoint: [UInt8]?,
        clientCertificate: ClientCertificate = .notRequested
    ) -> Action {
        self.clientCertificate = clientCertificate
        channel = .encrypted(serverEndPoint: serverEndPoint)
        return sendStartupMessage()
    }

    /// The server answered in the format of protocol 2.0.
    package mutating func legacyErrorReceived(_ error: LegacyErrorResponse) -> Action {
        fail(.server(PostgresServerError(error)))
    }

    /// A message has come.
    package mutating func messageReceived(_ message: BackendMessage) -> Action {
        if let asynchronous = message.asynchronous { return .asynchronous(asynchronous) }
        if case .errorResponse(let error) = message { return fail(.server(PostgresServerError(error))) }
        switch state {
        case .awaitingAuthentication:
            if case .negotiateProtocolVersion(let negotiation) = message { return negotiationReceived(negotiation) }
            guard case .authentication(let request) = message else { return unexpected(message, "authentication") }
            return authenticationReceived(request)
        case .awaitingSASLContinue(let client):
            guard case .authentication(.saslContinue(let data)) = message else {
                return unexpected(message, "SCRAM authentication")
            }
            return serverFirstReceived(data, client)
        case .awaitingSASLFinal(let client):
            guard case .authentication(.saslFinal(let data)) = message else {
                return unexpected(message, "SCRAM authentication")
            }
            return serverFinalReceived(data, client)
        case .awaitingOK:
            guard case .authentication(.ok) = message else { return unexpected(message, "authentication") }
            return authenticationCompleted()
        case .awaitingReady:
            return sessionMessageReceived(message)
        case .initial, .awaitingTLSAnswer, .awaitingTLS, .ready, .failed:
            return unexpected(message, "start-up")
        }
    }

    private mutating func sendStartupMessage() -> Action {
        state = .awaitingAuthentication
        return .sendPacket(
            .startup(StartupMessage(version: protocolVersion, parameters: configuration.parameters))
        )
    }

    private mutating func sessionMessageReceived(_ message: BackendMessage) -> Action {
        if case .backendKeyData(let key) = message {
            guard protocolVersion >= .v3_2 || key.secretKey.count == 4 else {
                let error = WireError(.invalidLength(key.secretKey.count), field: "secret key", offset: 4)
                return fail(.protocolViolation(.malformed(error, phase: "start-up")))
            }
            return .backendKey(key)
        }
        guard case .readyForQuery(let ready) = message else { return unexpected(message, "start-up") }
        state = .ready
        return .ready(ready.status)
    }

    private mutating func negotiationReceived(_ negotiation: NegotiateProtocolVersion) -> Action {
        if isVersionNegotiated { return fail(.negotiation(.repeated)) }
        isVersionNegotiated = true
        do throws(ProtocolNegotiationError) {
            protocolVersion = try negotiation.settledVersion(wanted: configuration.protocolVersions)
            return .read
        } catch {
            return fail(.negotiation(error))
        }
    }

    mutating func fail(_ failure: StartupFailure) -> Action {
        state = .failed
        return .fail(failure)
    }

    mutating func unexpected(_ message: BackendMessage, _ phase: String) -> Action {
        fail(.protocolViolation(.unexpected(message.id, phase: phase)))
    }
}
