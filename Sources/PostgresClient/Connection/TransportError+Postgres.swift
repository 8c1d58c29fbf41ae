import PosixIO

extension PostgresConnectionError {
    /// A failure of the socket, in the words of this room.
    init(_ error: TransportError, phase: Phase, endpoint: Endpoint) {
        let (code, reason): (Code, String) =
            switch error {
            case .syscall(let error, _) where phase == .connecting && error.isNameTooLong:
                (.socketPathTooLong, "the socket's path is longer than \(SocketAddress.longestUnixPath) bytes")
            case .syscall(let error, _) where phase == .connecting: (.unreachable, error.reason)
            case .syscall(let error, _): (.closed, error.reason)
            case .resolve(let host, let reason): (.resolve, "cannot resolve host \"\(host)\": \(reason)")
            case .timedOut(let operation, _): (.timeout, "\(operation) timed out")
            case .closed: (.closed, "the server closed the connection")
            case .tls(let reason, _): (.tls, "TLS failed: \(reason)")
            case .passphraseRequired: (.passphraseRequired, "TLS failed: \(error)")
            case .cancelled: (.cancelled, "the operation was cancelled")
            }
        self.init(code, phase: phase, peer: "\(endpoint)", reason: reason)
    }
}
