#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The addresses of a name or literal (getaddrinfo(3)), in the order the system prefers.
///
/// Blocks the calling thread.
///
/// - Throws: `TransportError.resolve` with the resolver's reason.
private func lookUp(host: String, port: UInt16, flags: Int32) throws(TransportError) -> [SocketAddress] {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = streamSocketType
    hints.ai_flags = flags | AI_NUMERICSERV
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, String(port), &hints, &list)
    guard status == 0 else {
        throw .resolve(host: host, reason: gai_strerror(status).map { String(cString: $0) } ?? "error \(status)")
    }
    defer { freeaddrinfo(list) }
    var addresses: [SocketAddress] = []
    var next = list
    while let entry = next?.pointee {
        if let address = entry.ai_addr {
            let bytes = UnsafeRawBufferPointer(start: address, count: Int(entry.ai_addrlen))
            addresses.append(SocketAddress(family: entry.ai_family, bytes: Array(bytes)))
        }
        next = entry.ai_next
    }
    return addresses
}

/// The socket address of a literal address; nil for anything else, which is not looked up.
func literalAddress(host: String, port: UInt16) -> SocketAddress? {
    (try? lookUp(host: host, port: port, flags: AI_NUMERICHOST))?.first
}

extension SocketAddress {
    /// Whether a host is an address already, and no name that would have to be looked up.
    package static func isLiteral(_ host: String) -> Bool { literalAddress(host: host, port: 0) != nil }
}

extension EventLoop {
    /// Resolves an endpoint to the addresses to try, in order.
    ///
    /// Literals are converted at once; names are looked up on a thread of their own, because the system's resolver
    /// blocks, and are given up at the deadline.
    ///
    /// - Throws: `TransportError`: resolve, timed out, cancelled, or the syscall that failed.
    nonisolated(nonsending)
        package func addresses(
            of endpoint: Endpoint,
            until deadline: ContinuousClock.Instant?
        ) async throws(TransportError) -> [SocketAddress]
    {
        switch endpoint {
        case .unix(let path):
            do throws(SyscallError) {
                return [try SocketAddress(unixPath: path)]
            } catch {
                throw .syscall(error, peer: path)
            }
        case .tcp(let host, let port):
            if let literal = try? lookUp(host: host, port: port, flags: AI_NUMERICHOST) { return literal }
            return try await lookUpOnThread(host: host, port: port, until: deadline)
        }
    }

    nonisolated(nonsending)
        private func lookUpOnThread(
            host: String,
            port: UInt16,
            until deadline: ContinuousClock.Instant?
        ) async throws(TransportError) -> [SocketAddress]
    {
        let result = try await blockingCall("name resolution", of: host, until: deadline) {
            Result { () throws(TransportError) in try lookUp(host: host, port: port, flags: 0) }
        }
        return try result.get()
    }
}
