/// Why bytes could not be exchanged with a peer.
///
/// Peers are named by address only; nothing here ever carries content or credentials.
package enum TransportError: Error, Equatable, Sendable {
    /// A system call on the connection failed.
    case syscall(SyscallError, peer: String)
    /// The host name has no address.
    case resolve(host: String, reason: String)
    /// The deadline of `operation` passed first.
    case timedOut(operation: String, peer: String)
    /// The peer closed the connection while more was expected.
    case closed(peer: String)
    /// The TLS handshake, or the TLS session, failed.
    case tls(reason: String, peer: String)
    /// The private key is encrypted and no passphrase is given.
    case passphraseRequired(privateKeyPath: String)
    /// The surrounding task was cancelled.
    case cancelled
}

extension TransportError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .syscall(let error, let peer): "\(peer): \(error.reason) (\(error.call))"
        case .resolve(let host, let reason): "cannot resolve host \"\(host)\": \(reason)"
        case .timedOut(let operation, let peer): "\(peer): \(operation) timed out"
        case .closed(let peer): "\(peer) closed the connection"
        case .tls(let reason, let peer): "\(peer): TLS failed: \(reason)"
        case .passphraseRequired(let path): "the private key \"\(path)\" is encrypted and no passphrase is given"
        case .cancelled: "cancelled"
        }
    }
}
