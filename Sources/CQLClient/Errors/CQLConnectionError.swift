package import CQLWire
package import PosixIO
package import WireKit

/// A connection that could not be made, or that is no longer of use; or a request that it could not finish.
package struct CQLConnectionError: Error, Equatable, Sendable {
    /// What went wrong.
    package indirect enum Code: Equatable, Sendable {
        /// No connection came about: wrong address, nothing listening, TLS refused, too slow.
        case cannotConnect(TransportError)
        /// The connection broke after it had been made.
        case connectionLost(TransportError)
        /// We closed the connection.
        case closed
        /// The server refused the user or the password, with its words.
        case authenticationFailed(String)
        /// The server asks for a user and a password, and none are configured.
        case credentialsMissing(authenticator: String)
        /// The server wants a kind of authentication other than PLAIN.
        case unsupportedAuthenticator(String)
        /// The server answers in a version that we do not speak.
        case unsupportedVersion(ProtocolVersion)
        /// The first byte of the answer belongs to another protocol.
        case notCQL(firstByte: UInt8)
        /// The server broke the protocol.
        case malformed(WireError)
        /// The server sent a message that does not belong here.
        case unexpectedResponse(String)
        /// The server refused the handshake.
        case rejected(CQLServerError)
        /// No answer came in time; the request may still be carried out.
        case requestTimedOut(Duration)
        /// The surrounding task was cancelled.
        case cancelled
        /// All stream ids wait for answers.
        case noFreeStream
        /// So many answers are overdue that the connection is given up.
        case tooManyOverdueAnswers
        /// A quiet connection gave no sign of life when it was asked for one.
        case heartbeatMissed
        /// None of several nodes can be connected to.
        case noNodeReachable([CQLConnectionError])
    }

    package let code: Code
    /// The server's address.
    package let peer: String
    /// Whether no byte of the request has left us, so that sending it again cannot do it twice.
    package let isSafeToRetry: Bool

    package init(_ code: Code, peer: String, isSafeToRetry: Bool = false) {
        self.code = code
        self.peer = peer
        self.isSafeToRetry = isSafeToRetry
    }

    /// What became of trying several nodes: an answer says more than none, so that a wrong password on one node
    /// outweighs another node that is down.
    init(noneOf failures: [CQLConnectionError]) {
        let silent = failures.filter { if case .cannotConnect = $0.code { true } else { false } }
        if let answer = failures.first(where: { !silent.contains($0) }) {
            self = answer
        } else if failures.count == 1 {
            self = failures[0]
        } else if failures.isEmpty {
            let nowhere = TransportError.resolve(host: "", reason: "no node is known")
            self.init(.cannotConnect(nowhere), peer: "", isSafeToRetry: true)
        } else {
            self.init(
                .noNodeReachable(failures),
                peer: failures.map(\.peer).joined(separator: ", "),
                isSafeToRetry: true
            )
        }
    }

    /// The same failure for a request of which no byte was sent.
    var beforeSending: CQLConnectionError { CQLConnectionError(code, peer: peer, isSafeToRetry: true) }
}

extension CQLConnectionError: CustomStringConvertible {
    /// One sentence: what failed, on what, and what to do.
    package var description: String {
        switch code {
        case .cannotConnect(let error):
            "cannot connect to the CQL server: \(error); check host, port and that the server is up"
        case .connectionLost(let error): "the connection to the CQL server broke: \(error)"
        case .closed: "the connection to \(peer) was closed by us"
        case .authenticationFailed(let message):
            "\(peer) refused the credentials: \(message); check the ScyllaDB user and password"
        case .credentialsMissing(let authenticator):
            "\(peer) asks for a user and a password (\(authenticator)); give both"
        case .unsupportedAuthenticator(let authenticator):
            "\(peer) wants the authenticator \(authenticator), which is not supported; only password authentication is"
        case .unsupportedVersion(let version):
            "\(peer) answers in native protocol \(version); v3 and v4 are supported, so the server must be newer"
        case .notCQL(let firstByte):
            "\(peer) does not speak the CQL native protocol"
                + (firstByte == 0x15 ? " in plain text but TLS; turn TLS on" : "; check that the port is the CQL port")
        case .malformed(let error): "\(peer) broke the CQL protocol: \(error)"
        case .unexpectedResponse(let what): "\(peer) broke the CQL protocol: unexpected \(what)"
        case .rejected(let error): "\(peer) refused the connection: \(error)"
        case .requestTimedOut(let timeout):
            "\(peer) did not answer within \(timeout); it may be overloaded, or the timeout too short"
        case .cancelled: "cancelled"
        case .noFreeStream: "\(peer) has left all stream ids of the connection unanswered; send less at a time"
        case .tooManyOverdueAnswers: "\(peer) has left too many requests unanswered; the connection was given up"
        case .heartbeatMissed: "\(peer) no longer answers on a connection that was quiet; it was given up"
        case .noNodeReachable(let failures):
            "none of the \(failures.count) CQL nodes can be connected to ("
                + failures.map(\.reason).joined(separator: "; ") + "); check hosts, port and that the servers are up"
        }
    }

    /// The cause alone, for a list of several.
    private var reason: String {
        if case .cannotConnect(let error) = code { error.description } else { description }
    }
}
