import WireKit

/// The client's side of SCRAM-SHA-256, with or without channel binding (RFC 5802, RFC 7677).
///
/// PostgreSQL documentation, "SASL Authentication": the user name in the exchange is empty, the server takes the one of
/// the StartupMessage.
package struct SCRAMClient: Sendable {
    /// The mechanism's registered name.
    package static let mechanism = "SCRAM-SHA-256"
    /// The mechanism that binds the exchange to the TLS session.
    package static let boundMechanism = "SCRAM-SHA-256-PLUS"
    /// Iteration counts that are worked off, about a microsecond each; the server's default is 4096.
    package static let iterationBounds = 1...2_000_000

    /// What the client says about channel binding (RFC 5802, section 6).
    package enum ChannelBinding: Hashable, Sendable {
        /// It does not bind.
        case unsupported
        /// It would, but the server does not offer to: a server that did offer it knows that someone cut it out.
        case notOffered
        /// It binds to the certificate of the TLS server (RFC 5929, section 4).
        case serverEndPoint([UInt8])

        /// The gs2-header: this and no authorization identity.
        fileprivate var header: String {
            switch self {
            case .unsupported: "n,,"
            case .notOffered: "y,,"
            case .serverEndPoint: "p=tls-server-end-point,,"
            }
        }

        /// The value of the attribute `c`.
        fileprivate var input: [UInt8] {
            switch self {
            case .unsupported, .notOffered: Array(header.utf8)
            case .serverEndPoint(let hash): Array(header.utf8) + hash
            }
        }
    }

    private enum State {
        /// Entered at the start; next `awaitingServerFinal` or `finished`.
        case awaitingServerFirst
        /// Entered when our proof was sent; next `finished`.
        case awaitingServerFinal(serverSignature: [UInt8])
        /// Entered when the server proved itself, or the exchange failed.
        case finished
    }

    private var state = State.awaitingServerFirst
    private let password: [UInt8]
    private let nonce: String
    private let channelBinding: ChannelBinding
    private let hashes: AuthenticationHashes

    /// Starts an exchange.
    ///
    /// - Parameters:
    ///   - password: the user's password.
    ///   - nonce: random printable ASCII without commas, different for every exchange.
    ///   - channelBinding: whether the exchange is bound to a TLS session.
    ///   - hashes: the hash functions.
    ///   - user: the name in the exchange; empty for PostgreSQL.
    package init(
        password: String,
        nonce: String,
        channelBinding: ChannelBinding = .unsupported,
        hashes: AuthenticationHashes,
        user: String = ""
    ) {
        self.password = SASLprep.bytes(password)
        self.nonce = nonce
        self.channelBinding = channelBinding
        self.hashes = hashes
        clientFirstBare = "n=\(user),r=\(nonce)"
    }

    private let clientFirstBare: String

    /// Whether the exchange holds for one TLS session only.
    var isChannelBound: Bool {
        if case .serverEndPoint = channelBinding { return true }
        return false
    }

    /// The client-first-message.
    package var clientFirst: [UInt8] { Array((channelBinding.header + clientFirstBare).utf8) }

    /// Answers the server-first-message with the client-final-message.
    ///
    /// - Throws: `SCRAMError` when the message is malformed, not an answer to ours, or asks for absurd work.
    package mutating func serverFirstReceived(_ message: [UInt8]) throws(SCRAMError) -> [UInt8] {
        guard case .awaitingServerFirst = state else { throw .malformed(attribute: "r") }
        state = .finished
        let first = try ServerFirst(message)
        guard first.nonce.utf8.starts(with: nonce.utf8), first.nonce.utf8.count > nonce.utf8.count else {
            throw .nonceMismatch
        }
        guard Self.iterationBounds.contains(first.iterationCount) else {
            throw .iterationCount(first.iterationCount)
        }
        let withoutProof = "c=\(Base64.encode(channelBinding.input)),r=\(first.nonce)"
        let authMessage = Array("\(clientFirstBare),\(first.text),\(withoutProof)".utf8)

        let saltedPassword = hashes.pbkdf2SHA256(password, first.salt, first.iterationCount)
        let clientKey = hashes.hmacSHA256(saltedPassword, Array("Client Key".utf8))
        let clientSignature = hashes.hmacSHA256(hashes.sha256(clientKey), authMessage)
        let serverKey = hashes.hmacSHA256(saltedPassword, Array("Server Key".utf8))
        let proof = zip(clientKey, clientSignature).map { $0 ^ $1 }

        state = .awaitingServerFinal(serverSignature: hashes.hmacSHA256(serverKey, authMessage))
        return Array("\(withoutProof),p=\(Base64.encode(proof))".utf8)
    }

    /// Checks the server-final-message: only who knows the password's verifier can sign the exchange.
    ///
    /// - Throws: `SCRAMError` when the server reports an error or its signature is not the expected one.
    package mutating func serverFinalReceived(_ message: [UInt8]) throws(SCRAMError) {
        guard case .awaitingServerFinal(let expected) = state else { throw .malformed(attribute: "v") }
        state = .finished
        let attributes = SCRAMAttributes(message)
        if let reason = attributes.value("e", at: 0) { throw .server(String(decoding: reason, as: UTF8.self)) }
        guard let encoded = attributes.value("v", at: 0), let signature = Base64.decode(encoded) else {
            throw .malformed(attribute: "v")
        }
        guard isEqualInConstantTime(signature, expected) else { throw .serverSignatureMismatch }
    }

    private func isEqualInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        // A hash that could not be computed is empty and equals nothing.
        guard left.count == right.count, !right.isEmpty else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// The server-first-message: `r=nonce,s=salt,i=iterations` (RFC 5802, section 7).
private struct ServerFirst {
    let text: String
    let nonce: String
    let salt: [UInt8]
    let iterationCount: Int

    init(_ message: [UInt8]) throws(SCRAMError) {
        guard let text = String(validating: message, as: UTF8.self) else { throw .malformed(attribute: "r") }
        self.text = text
        let attributes = SCRAMAttributes(message)
        // A mandatory extension (m=) must be first, and must end the exchange when it is not understood.
        if attributes.value("m", at: 0) != nil { throw .malformed(attribute: "m") }
        guard let nonce = attributes.value("r", at: 0) else { throw .malformed(attribute: "r") }
        self.nonce = String(decoding: nonce, as: UTF8.self)
        guard let encoded = attributes.value("s", at: 1), let salt = Base64.decode(encoded), !salt.isEmpty else {
            throw .malformed(attribute: "s")
        }
        self.salt = salt
        guard let digits = attributes.value("i", at: 2), digits.first.map({ $0 != UInt8(ascii: "+") }) ?? false,
            let count = Int(String(decoding: digits, as: UTF8.self))
        else { throw .malformed(attribute: "i") }
        iterationCount = count
    }
}

/// The comma-separated `letter=value` attributes of a SCRAM message.
private struct SCRAMAttributes {
    private let parts: [ArraySlice<UInt8>]

    init(_ message: [UInt8]) {
        parts = message.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    }

    /// The value of the attribute at a position, if it has that letter.
    func value(_ letter: Unicode.Scalar, at index: Int) -> ArraySlice<UInt8>? {
        guard index < parts.count else { return nil }
        let part = parts[index]
        guard part.starts(with: [UInt8(ascii: letter), UInt8(ascii: "=")]) else { return nil }
        return part.dropFirst(2)
    }
}
