import CQLWire

/// The steps from a new connection to one that may send statements (native protocol v4, section 4.1).
struct Handshake {
    enum State: Equatable {
        /// New: only OPTIONS and STARTUP are taken; STARTUP leads on.
        case expectingStartup
        /// AUTHENTICATE was sent; a right AUTH_RESPONSE leads on.
        case authenticating
        /// Statements are taken.
        case ready
    }

    /// What a message of the handshake is answered with.
    struct Answer: Equatable {
        var response: Response
        /// Some errors are answered on stream 0, whatever the request's.
        var usesStreamZero = false
        var closesConnection = false
    }

    static let authenticator = "org.apache.cassandra.auth.PasswordAuthenticator"

    private(set) var state = State.expectingStartup
    /// Whether the client is another node of the ring.
    private(set) var isPeer = false
    /// How both sides compress frames from STARTUP on.
    private(set) var compression: FrameCompression?
    /// What the client took of what ScyllaDB adds to the protocol.
    private(set) var extensions = ProtocolExtensions.none
    private let login: NodeOptions.Login?
    private let offer: ServerOffer

    init(login: NodeOptions.Login?, offer: ServerOffer = ServerOffer()) {
        self.login = login
        self.offer = offer
    }

    /// The answer to a message that belongs to the handshake; nil: it is for whoever runs statements.
    mutating func received(_ request: Request) -> Answer? {
        switch (request, state) {
        case (.options, _): return Answer(response: offered)
        case (.startup(let message), .expectingStartup): return startup(message)
        case (.startup, .authenticating), (.startup, .ready):
            return refusal("Unexpected message STARTUP, the connection is already initialized")
        case (_, .expectingStartup):
            var answer = refusal("Unexpected message \(request.opcode.specificationName), expecting STARTUP or OPTIONS")
            answer.usesStreamZero = true
            answer.closesConnection = true
            return answer
        case (.authResponse(let message), .authenticating): return authenticate(message)
        case (_, .authenticating):
            return refusal("Unexpected message \(request.opcode.specificationName), expecting SASL_RESPONSE")
        case (.authResponse, .ready):
            return login == nil ? refusal("Unexpected message AUTH_RESPONSE") : Answer(response: .authSuccess(nil))
        case (.query, .ready), (.prepare, .ready), (.execute, .ready), (.batch, .ready), (.register, .ready):
            return nil
        }
    }

    /// What SUPPORTED says.
    var offered: Response { offer.supported }

    private func refusal(_ message: String) -> Answer {
        Answer(response: .error(ErrorResponse(code: .protocolError, message: message)))
    }

    private mutating func startup(_ message: StartupRequest) -> Answer {
        guard let version = message.options["CQL_VERSION"] else {
            return refusal("Missing value CQL_VERSION in STARTUP message")
        }
        if let major = Int(version.prefix { $0 != "." }), major < 3 {
            return refusal(
                "CQL version \(version) is not supported by the binary protocol (supported version are >= 3.0.0)"
            )
        }
        if let name = message.options[FrameCompression.optionKey], !name.isEmpty {
            guard let known = FrameCompression(rawValue: name.lowercased()) else {
                var answer = refusal("Unknown compression algorithm: \(name)")
                answer.usesStreamZero = true
                return answer
            }
            compression = known
        }
        if offer.sharding != nil { extensions = ServerOffer.extensions.taken(by: message.options) }
        isPeer = message.options[PeerLink.startupOption] != nil
        guard login != nil else {
            state = .ready
            return Answer(response: .ready)
        }
        state = .authenticating
        return Answer(response: .authenticate(Self.authenticator))
    }

    /// A PLAIN token: an identity to act as, the user, the password, each after a zero but the first.
    private mutating func authenticate(_ message: AuthResponseRequest) -> Answer {
        let parts = (message.token ?? []).split(separator: 0, omittingEmptySubsequences: false)
        guard parts.count == 3, let login else { return badCredentials("Password must not be null") }
        guard parts[1].elementsEqual(login.user.utf8), parts[2].elementsEqual(login.password.utf8) else {
            let user = String(decoding: parts[1], as: UTF8.self)
            return badCredentials("Provided username \(user) and/or password are incorrect")
        }
        state = .ready
        return Answer(response: .authSuccess(nil))
    }

    private func badCredentials(_ message: String) -> Answer {
        Answer(response: .error(ErrorResponse(code: .badCredentials, message: message)))
    }
}

extension Opcode.Request {
    /// The message as the specification spells it.
    var specificationName: String {
        switch self {
        case .startup: "STARTUP"
        case .options: "OPTIONS"
        case .query: "QUERY"
        case .prepare: "PREPARE"
        case .execute: "EXECUTE"
        case .register: "REGISTER"
        case .batch: "BATCH"
        case .authResponse: "AUTH_RESPONSE"
        }
    }
}
