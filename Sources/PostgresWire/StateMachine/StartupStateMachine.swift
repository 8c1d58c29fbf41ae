/// The opening of a session: TLS request, StartupMessage, authentication, parameters, first ReadyForQuery.
///
/// PostgreSQL documentation, "Message Flow", Start-up and SSL Session Encryption.
package struct StartupStateMachine: Sendable {
    /// What the opening needs to know.
    package struct Configuration: Sendable {
        /// Whether the session is encrypted.
        package enum TLS: Sendable {
            case disable
            /// Encrypted if the server can.
            case prefer
            case require
        }

        package var user: String
        package var password: String?
        package var tls: TLS
        /// Everything the StartupMessage says, `user` and `database` included.
        package var parameters: [StartupMessage.Parameter]
        /// Fresh random text for SCRAM.
        package var nonce: String
        package var hashes: AuthenticationHashes

        package init(
            user: String,
            password: String?,
            tls: TLS,
            parameters: [StartupMessage.Parameter],
            nonce: String,
            hashes: AuthenticationHashes
        ) {
            self.user = user
            self.password = password
            self.tls = tls
            self.parameters = parameters
            self.nonce = nonce
            self.hashes = hashes
        }
    }

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

    private enum State {
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

    private var state = State.initial
    private let configuration: Configuration

    package init(_ configuration: Configuration) {
        self.configuration = configuration
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
        default:
            return fail(.invalidTLSAnswer(answer))
        }
    }

    /// The TLS handshake is done.
    package mutating func tlsEstablished() -> Action {
        sendStartupMessage()
    }

    /// The server answered in the format of protocol 2.0.
    package mutating func legacyErrorReceived(_ error: LegacyErrorResponse) -> Action {
        fail(.server(PostgresServerError(error)))
    }

    /// A message has come.
    package mutating func messageReceived(_ message: BackendMessage) -> Action {
        if let asynchronous = message.asynchronous { return .asynchronous(asynchronous) }
        if case .errorResponse(let error) = message { return fail(.server(PostgresServerError(error))) }
        // No option and no minor version that an old server may not know was asked for; nothing to adapt.
        if case .negotiateProtocolVersion = message { return .read }
        switch state {
        case .awaitingAuthentication:
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
            state = .awaitingReady
            return .read
        case .awaitingReady:
            return sessionMessageReceived(message)
        case .initial, .awaitingTLSAnswer, .awaitingTLS, .ready, .failed:
            return unexpected(message, "start-up")
        }
    }

    private mutating func sendStartupMessage() -> Action {
        state = .awaitingAuthentication
        return .sendPacket(.startup(StartupMessage(parameters: configuration.parameters)))
    }

    private mutating func sessionMessageReceived(_ message: BackendMessage) -> Action {
        if case .backendKeyData(let key) = message { return .backendKey(key) }
        guard case .readyForQuery(let ready) = message else { return unexpected(message, "start-up") }
        state = .ready
        return .ready(ready.status)
    }

    private mutating func fail(_ failure: StartupFailure) -> Action {
        state = .failed
        return .fail(failure)
    }

    private mutating func unexpected(_ message: BackendMessage, _ phase: String) -> Action {
        fail(.protocolViolation(.unexpected(message.id, phase: phase)))
    }
}

/// Authentication, one function per request.
extension StartupStateMachine {
    private mutating func authenticationReceived(_ request: Authentication) -> Action {
        switch request {
        case .ok:
            state = .awaitingReady
            return .read
        case .cleartextPassword:
            return sendPassword("password") { PasswordMessage(password: $0) }
        case .md5Password(let salt):
            let (user, md5) = (configuration.user, configuration.hashes.md5)
            return sendPassword("md5") {
                MD5Authentication.response(user: user, password: $0, salt: salt, md5: md5)
            }
        case .sasl(let mechanisms):
            return startSCRAM(mechanisms)
        case .kerberosV5: return fail(.unsupportedAuthentication(method: "Kerberos V5"))
        case .scmCredential: return fail(.unsupportedAuthentication(method: "SCM credentials"))
        case .gss, .gssContinue: return fail(.unsupportedAuthentication(method: "GSSAPI"))
        case .sspi: return fail(.unsupportedAuthentication(method: "SSPI"))
        case .saslContinue, .saslFinal:
            return fail(.protocolViolation(.unexpected(.authentication, phase: "authentication")))
        }
    }

    private mutating func sendPassword(_ method: String, _ response: (String) -> PasswordMessage) -> Action {
        guard let password = configuration.password else { return fail(.passwordRequired(method: method)) }
        state = .awaitingOK
        return .send(.password(response(password)))
    }

    private mutating func startSCRAM(_ mechanisms: [String]) -> Action {
        guard mechanisms.contains(SCRAMClient.mechanism) else {
            return fail(.unsupportedAuthentication(method: "SASL " + mechanisms.joined(separator: ", ")))
        }
        guard let password = configuration.password else {
            return fail(.passwordRequired(method: SCRAMClient.mechanism))
        }
        let client = SCRAMClient(password: password, nonce: configuration.nonce, hashes: configuration.hashes)
        state = .awaitingSASLContinue(client)
        let initial = SASLInitialResponse(mechanism: SCRAMClient.mechanism, data: client.clientFirst[...])
        return .send(.saslInitialResponse(initial))
    }

    private mutating func serverFirstReceived(_ data: [UInt8], _ client: SCRAMClient) -> Action {
        var client = client
        do throws(SCRAMError) {
            let final = try client.serverFirstReceived(data)
            state = .awaitingSASLFinal(client)
            return .send(.saslResponse(SASLResponse(data: final[...])))
        } catch {
            return fail(.scram(error))
        }
    }

    private mutating func serverFinalReceived(_ data: [UInt8], _ client: SCRAMClient) -> Action {
        var client = client
        do throws(SCRAMError) {
            try client.serverFinalReceived(data)
            state = .awaitingOK
            return .read
        } catch {
            return fail(.scram(error))
        }
    }
}
