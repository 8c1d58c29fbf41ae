import PosixIO
import PostgresWire
import TestSupport
import Testing

extension AuthenticationHashes {
    static let libcrypto = AuthenticationHashes(
        md5: { Crypto.md5($0) },
        sha256: { Crypto.sha256($0) },
        hmacSHA256: { Crypto.hmacSHA256(key: $0, message: $1) },
        pbkdf2SHA256: { Crypto.pbkdf2SHA256(password: $0, salt: $1, iterations: $2) }
    )
}

@Suite struct SCRAMClientTests {
    /// The example of RFC 7677, section 3.
    private static let nonce = "rOprNGfwEbeRWgbNEkqO"
    private static let serverFirst =
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
    private static let clientFinal =
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
    private static let serverFinal = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="

    private func client() -> SCRAMClient {
        SCRAMClient(password: "pencil", nonce: Self.nonce, hashes: .libcrypto, user: "user")
    }

    @Test func theExampleOfRFC7677() throws {
        var client = client()
        #expect(client.clientFirst == Array("n,,n=user,r=\(Self.nonce)".utf8))
        #expect(try client.serverFirstReceived(Array(Self.serverFirst.utf8)) == Array(Self.clientFinal.utf8))
        try client.serverFinalReceived(Array(Self.serverFinal.utf8))
    }

    @Test(arguments: ["pg15_startup_scram", "pg18_startup_scram", "pg18_startup_proto32_scram"])
    func recordedExchanges(_ name: String) throws {
        let capture = try PostgresCapture.named(name)
        let trace = try SessionTrace(capture)
        let sent: [[UInt8]] = trace.frontend.compactMap { message in
            switch message {
            case .saslInitialResponse(let initial): initial.data.map(Array.init)
            case .saslResponse(let response): Array(response.data)
            default: nil
            }
        }
        let received: [[UInt8]] = trace.backend.compactMap { message in
            switch message {
            case .authentication(.saslContinue(let data)), .authentication(.saslFinal(let data)): data
            default: nil
            }
        }
        try #require(sent.count == 2 && received.count == 2)
        let nonce = String(decoding: sent[0], as: UTF8.self).dropFirst("n,,n=,r=".count)
        var client = SCRAMClient(
            password: try #require(capture.password),
            nonce: String(nonce),
            hashes: .libcrypto
        )
        #expect(client.clientFirst == sent[0])
        #expect(try client.serverFirstReceived(received[0]) == sent[1])
        try client.serverFinalReceived(received[1])
    }

    @Test(arguments: [
        ("r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", SCRAMError.nonceMismatch),
        ("r=\(nonce),s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", .nonceMismatch),
        ("r=\(nonce)x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=0", .iterationCount(0)),
        ("r=\(nonce)x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=-1", .iterationCount(-1)),
        ("r=\(nonce)x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=2000001", .iterationCount(2_000_001)),
        ("r=\(nonce)x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=many", .malformed(attribute: "i")),
        ("r=\(nonce)x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=99999999999999999999", .malformed(attribute: "i")),
        ("r=\(nonce)x,s=W22,i=4096", .malformed(attribute: "s")),
        ("r=\(nonce)x,s=,i=4096", .malformed(attribute: "s")),
        ("r=\(nonce)x", .malformed(attribute: "s")),
        ("m=ext,r=\(nonce)x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", .malformed(attribute: "m")),
        ("", .malformed(attribute: "r")),
    ])
    func badServerFirstMessages(_ message: String, _ expected: SCRAMError) {
        var client = client()
        #expect(throws: expected) { try client.serverFirstReceived(Array(message.utf8)) }
        // The exchange is over: even a right message does not revive it.
        #expect(throws: SCRAMError.self) { try client.serverFirstReceived(Array(Self.serverFirst.utf8)) }
    }

    @Test(arguments: [
        ("v=AAAATRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", SCRAMError.serverSignatureMismatch),
        ("v=", .serverSignatureMismatch), ("e=invalid-proof", .server("invalid-proof")),
        ("v=%%%", .malformed(attribute: "v")), ("x", .malformed(attribute: "v")),
    ])
    func aServerThatDoesNotKnowThePasswordIsNotTrusted(_ message: String, _ expected: SCRAMError) throws {
        var client = client()
        _ = try client.serverFirstReceived(Array(Self.serverFirst.utf8))
        #expect(throws: expected) { try client.serverFinalReceived(Array(message.utf8)) }
    }

    @Test func theServerCannotSkipItsProof() {
        var client = client()
        #expect(throws: SCRAMError.self) { try client.serverFinalReceived(Array(Self.serverFinal.utf8)) }
    }
}

@Suite struct MD5AuthenticationTests {
    @Test(arguments: ["pg15_startup_md5", "pg18_startup_md5"])
    func recordedExchanges(_ name: String) throws {
        let capture = try PostgresCapture.named(name)
        let trace = try SessionTrace(capture)
        guard case .authentication(.md5Password(let salt)) = try #require(trace.backend.first) else {
            Issue.record("the capture does not start with AuthenticationMD5Password")
            return
        }
        let response = MD5Authentication.response(
            user: try #require(capture.user),
            password: try #require(capture.password),
            salt: salt,
            md5: AuthenticationHashes.libcrypto.md5
        )
        #expect(trace.frontend.first == .password(response))
    }
}
