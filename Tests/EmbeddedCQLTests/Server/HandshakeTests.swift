import CQLWire
import Testing

@testable import EmbeddedCQL

@Suite struct HandshakeTests {
    private let login = NodeOptions.Login(user: "cassandra", password: "secret")
    private let startup = Request.startup(StartupRequest(options: ["CQL_VERSION": "3.0.0"]))
    private let query = Request.query(
        QueryRequest(query: "select key from system.local", parameters: QueryParameters(consistency: .one))
    )

    private func token(_ text: String) -> Request {
        .authResponse(AuthResponseRequest(token: Array(text.utf8)[...]))
    }

    private func failure(_ code: ErrorCode, _ message: String) -> Response {
        .error(ErrorResponse(code: code, message: message))
    }

    @Test func letsEverybodyInWithoutALogin() {
        var handshake = Handshake(login: nil)
        #expect(handshake.received(.options)?.response == ServerOffer().supported)
        #expect(handshake.state == .expectingStartup)
        #expect(handshake.received(startup) == .init(response: .ready))
        #expect(handshake.state == .ready)
        #expect(handshake.received(query) == nil)
        #expect(handshake.received(.options)?.response == ServerOffer().supported)
        let twice = failure(.protocolError, "Unexpected message STARTUP, the connection is already initialized")
        #expect(handshake.received(startup) == .init(response: twice))
    }

    @Test func asksForTheLogin() {
        var handshake = Handshake(login: login)
        #expect(handshake.received(startup)?.response == .authenticate(Handshake.authenticator))
        let early = failure(.protocolError, "Unexpected message QUERY, expecting SASL_RESPONSE")
        #expect(handshake.received(query)?.response == early)
        let wrong = failure(.badCredentials, "Provided username cassandra and/or password are incorrect")
        #expect(handshake.received(token("\0cassandra\0wrong"))?.response == wrong)
        #expect(handshake.state == .authenticating)
        #expect(handshake.received(token("\0cassandra\0secret"))?.response == .authSuccess(nil))
        #expect(handshake.received(query) == nil)
    }

    @Test(arguments: ["", "no null bytes", "\0cassandra", "\0cassandra\0secret\0more"])
    func refusesMalformedTokens(_ text: String) {
        var handshake = Handshake(login: login)
        _ = handshake.received(startup)
        let refusal = failure(.badCredentials, "Password must not be null")
        #expect(handshake.received(token(text))?.response == refusal)
        #expect(handshake.received(.authResponse(AuthResponseRequest(token: nil)))?.response == refusal)
        #expect(handshake.state == .authenticating)
    }

    @Test func wantsStartupFirst() {
        var handshake = Handshake(login: nil)
        let answer = handshake.received(query)
        #expect(answer?.response == failure(.protocolError, "Unexpected message QUERY, expecting STARTUP or OPTIONS"))
        #expect(answer?.usesStreamZero == true)
        #expect(answer?.closesConnection == true)
    }

    @Test func refusesCompressionAndMissingVersions() {
        var handshake = Handshake(login: nil)
        let compressed = Request.startup(StartupRequest(options: ["CQL_VERSION": "3.0.0", "COMPRESSION": "zstd"]))
        #expect(
            handshake.received(compressed)?.response == failure(.protocolError, "Unknown compression algorithm: zstd")
        )
        var agreeing = Handshake(login: nil)
        let agreed = Request.startup(StartupRequest(options: ["CQL_VERSION": "3.0.0", "COMPRESSION": "LZ4"]))
        #expect(agreeing.received(agreed)?.response == .ready)
        #expect(agreeing.compression == .lz4)
        let empty = Request.startup(StartupRequest(options: [:]))
        #expect(
            handshake.received(empty)?.response
                == failure(.protocolError, "Missing value CQL_VERSION in STARTUP message")
        )
        let old = Request.startup(StartupRequest(options: ["CQL_VERSION": "2.9.9"]))
        let refusal = "CQL version 2.9.9 is not supported by the binary protocol (supported version are >= 3.0.0)"
        #expect(handshake.received(old)?.response == failure(.protocolError, refusal))
        #expect(handshake.state == .expectingStartup)
    }

    @Test func neverShowsThePassword() {
        #expect(!"\(login)".contains("secret"))
        var dumped = ""
        dump(login, to: &dumped)
        #expect(!dumped.contains("secret"))
    }
}
