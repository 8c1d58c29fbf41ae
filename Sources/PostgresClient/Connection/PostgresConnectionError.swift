package import PostgresWire

/// Why a session could not be opened, or was lost.
///
/// It names the server by address and never holds a password.
package struct PostgresConnectionError: Error, Equatable, Sendable {
    /// The kind of failure; more may be added.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String

        package init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The host name has no address.
        package static let resolve = Self(rawValue: "resolve")
        /// Nothing answers at the address: refused, unreachable, no socket there.
        package static let unreachable = Self(rawValue: "unreachable")
        /// The path of the unix-domain socket does not fit into an address.
        package static let socketPathTooLong = Self(rawValue: "socketPathTooLong")
        package static let timeout = Self(rawValue: "timeout")
        /// The handshake failed, or the certificate does not verify.
        package static let tls = Self(rawValue: "tls")
        /// The client's private key is encrypted and no passphrase is given.
        package static let passphraseRequired = Self(rawValue: "passphraseRequired")
        /// TLS is required and the server has none.
        package static let tlsRefused = Self(rawValue: "tlsRefused")
        package static let authenticationFailed = Self(rawValue: "authenticationFailed")
        /// The server authenticates in a way that was ruled out.
        package static let authenticationRequirement = Self(rawValue: "authenticationRequirement")
        package static let passwordRequired = Self(rawValue: "passwordRequired")
        package static let unsupportedAuthentication = Self(rawValue: "unsupportedAuthentication")
        package static let databaseDoesNotExist = Self(rawValue: "databaseDoesNotExist")
        package static let tooManyConnections = Self(rawValue: "tooManyConnections")
        /// The server is starting up, shutting down or recovering.
        package static let notAcceptingConnections = Self(rawValue: "notAcceptingConnections")
        /// The server is not of the kind wanted (`target_session_attrs`).
        package static let unsuitableServer = Self(rawValue: "unsuitableServer")
        /// The server speaks no version of the protocol that is allowed.
        package static let protocolVersion = Self(rawValue: "protocolVersion")
        /// Another error of the server.
        package static let server = Self(rawValue: "server")
        /// The server closed the connection.
        package static let closed = Self(rawValue: "closed")
        /// What the peer says is not PostgreSQL's protocol.
        package static let protocolViolation = Self(rawValue: "protocolViolation")
        /// The task was cancelled; the connection was closed with it.
        package static let cancelled = Self(rawValue: "cancelled")
        /// The configuration holds a value that cannot be sent.
        package static let invalidConfiguration = Self(rawValue: "invalidConfiguration")
    }

    /// What the session was doing.
    package enum Phase: String, Sendable {
        case connecting = "connecting"
        case startup = "starting the session"
        case query = "a query"
        case copy = "a COPY"
        case replication = "replication"
        /// Nothing was asked; the next request finds the session lost.
        case idle = "a time without requests"
    }

    package let code: Code
    package let phase: Phase
    /// The server's address.
    package var peer: String
    /// What happened, without the remedy.
    package let reason: String
    /// The server's own error, if it sent one.
    package let serverError: PostgresServerError?
    /// The failures at the endpoints that were tried before.
    package var earlier: [PostgresConnectionError] = []

    package init(
        _ code: Code,
        phase: Phase,
        peer: String,
        reason: String,
        serverError: PostgresServerError? = nil
    ) {
        self.code = code
        self.phase = phase
        self.peer = peer
        self.reason = reason
        self.serverError = serverError
    }

    /// The same failure, and those of the attempts before it at the same address, with that address.
    func located(at address: String) -> Self {
        var error = self
        error.peer += " (\(address))"
        error.earlier = earlier.map { $0.located(at: address) }
        return error
    }

    /// Whether nothing that the server may have acted on was sent, and trying again may help.
    package var isSafeToRetry: Bool {
        guard phase == .connecting || phase == .startup || phase == .idle else { return false }
        return [.unreachable, .timeout, .closed, .tooManyConnections, .notAcceptingConnections].contains(code)
    }
}

extension PostgresConnectionError: CustomStringConvertible {
    /// One sentence: what failed, where, why, and what to do about it.
    package var description: String {
        let advice = remedy.map { "; \($0)" } ?? ""
        switch phase {
        case .connecting, .startup:
            return "cannot connect to PostgreSQL at \(peer): \(circumstances)\(advice)"
        case .query, .copy, .replication, .idle:
            return "the connection to PostgreSQL at \(peer) was lost during \(phase.rawValue): \(reason)\(advice)"
        }
    }

    /// What happened, also at the endpoints that were tried before; without the remedy.
    package var circumstances: String {
        // sslmode prefer asks twice, and a wrong password is wrong both times.
        let others = earlier.filter { $0.peer != peer || $0.reason != reason }
        let before = others.map { "\($0.peer): \($0.reason)" }.joined(separator: ", ")
        return others.isEmpty ? reason : "\(reason) (before that, \(before))"
    }
}
