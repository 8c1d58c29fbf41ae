#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension ByteStream {
    /// Connects to `endpoint`, trying each of its addresses in turn until one accepts.
    ///
    /// - Parameters:
    ///   - endpoint: the server's address.
    ///   - localPort: the port to connect from, for servers that look at it; nil lets the kernel choose.
    ///   - timeout: for name resolution and all attempts together.
    ///   - loop: the loop that the caller runs on, and the stream from then on.
    /// - Returns: the connected stream.
    /// - Throws: `TransportError` of the last address tried, or resolve, timed out, cancelled; a local port that is in
    ///   use is `isLocalPortTaken`.
    nonisolated(nonsending)
        package static func connect(
            to endpoint: Endpoint,
            localPort: UInt16? = nil,
            timeout: Duration,
            on loop: EventLoop
        ) async throws(TransportError) -> ByteStream
    {
        let deadline = ContinuousClock.now + timeout
        var failure = TransportError.resolve(host: endpoint.description, reason: "it has no address")
        for address in try await loop.addresses(of: endpoint, until: deadline) {
            do throws(TransportError) {
                return try await connect(
                    to: address,
                    localPort: localPort,
                    peer: endpoint.description,
                    until: deadline,
                    on: loop
                )
            } catch .cancelled {
                throw .cancelled
            } catch {
                failure = error
            }
        }
        throw failure
    }

    /// Begins to connect to a literal address without waiting; `established` is called on the loop's thread when it is
    /// known whether that succeeded, at once if it failed before.
    ///
    /// For code that observes and never waits. Loop thread only.
    /// - Returns: the stream, to be kept until then; nil when it failed at once.
    package static func startConnecting(
        toLiteral host: String,
        port: UInt16,
        on loop: EventLoop,
        established: @escaping (ByteStream?) -> Void
    ) -> ByteStream? {
        let peer = Endpoint.tcp(host: host, port: port).description
        guard let address = literalAddress(host: host, port: port),
            let descriptor = try? opened(address, peer: peer)
        else {
            established(nil)
            return nil
        }
        let rawValue = descriptor.rawValue
        SocketOption.noDelay.apply(to: rawValue)
        let status = address.withSockaddr { connectSystemCall(rawValue, $0, $1) }
        guard status == 0 || SyscallError.last("connect").errno == EINPROGRESS else {
            established(nil)
            return nil
        }
        let stream = ByteStream(descriptor: descriptor, loop: loop, peer: peer)
        stream.setWriteObserver { [weak stream] in
            guard let stream, stream.isOpen else { return }
            established(pendingError(of: rawValue) == 0 ? stream : nil)
        }
        return stream
    }

    /// Connects to one address.
    ///
    /// - Parameters:
    ///   - address: one of those that `endpoint` was resolved to.
    ///   - localPort: the port to connect from; nil lets the kernel choose.
    ///   - peer: what errors name.
    ///   - keepAlive: how a silent peer is found to be gone, for internet addresses.
    ///   - deadline: when to give up.
    ///   - loop: the loop that the caller runs on, and the stream from then on.
    ///   - outlastsCancellation: what the stream begins with.
    /// - Returns: the connected stream.
    /// - Throws: `TransportError`: the syscall that failed, timed out, cancelled.
    nonisolated(nonsending)
        package static func connect(
            to address: SocketAddress,
            localPort: UInt16? = nil,
            peer: String,
            keepAlive: KeepAlive = KeepAlive(),
            until deadline: ContinuousClock.Instant,
            on loop: EventLoop,
            outlastsCancellation: Bool = false
        ) async throws(TransportError) -> ByteStream
    {
        let descriptor = try opened(address, peer: peer)
        let rawValue = descriptor.rawValue
        if address.family != AF_UNIX {
            SocketOption.noDelay.apply(to: rawValue)
            SocketOption.keepAlive(keepAlive).apply(to: rawValue)
            if let localPort { try bind(rawValue, address.wildcard(port: localPort), peer: peer) }
        }
        let status = address.withSockaddr { connectSystemCall(rawValue, $0, $1) }
        let error = SyscallError.last("connect")
        let stream = ByteStream(descriptor: descriptor, loop: loop, peer: peer)
        stream.outlastsCancellation = outlastsCancellation
        if status == 0 { return stream }
        // EAGAIN: a unix-domain socket whose backlog is full cannot be waited for with poll(2).
        guard error.errno == EINPROGRESS || error.errno == EINTR else { throw .syscall(error, peer: peer) }
        do throws(TransportError) {
            try await stream.writable(until: deadline)
        } catch .timedOut {
            throw .timedOut(operation: "connecting", peer: peer)
        }
        let pending = pendingError(of: rawValue)
        guard pending == 0 else { throw .syscall(SyscallError(errno: pending, call: "connect"), peer: peer) }
        return stream
    }

    /// Takes the local port of a connection that is to be made; one that an earlier connection has just left may be
    /// used again.
    private static func bind(
        _ descriptor: Int32,
        _ local: SocketAddress,
        peer: String
    ) throws(TransportError) {
        SocketOption.reuseAddress.apply(to: descriptor)
        guard local.withSockaddr({ bindSystemCall(descriptor, $0, $1) }) != 0 else { return }
        throw .syscall(SyscallError.last("bind"), peer: peer)
    }

    private static func opened(_ address: SocketAddress, peer: String) throws(TransportError) -> FileDescriptor {
        do throws(SyscallError) {
            return try FileDescriptor.open("socket") { socket(address.family, streamSocketType, 0) }
        } catch {
            throw .syscall(error, peer: peer)
        }
    }
}

private func connectSystemCall(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
    connect(descriptor, address, length)
}

private func bindSystemCall(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
    bind(descriptor, address, length)
}

extension TransportError {
    /// Whether a connection was not even tried, because the local port asked for is in use: another one may be free.
    package var isLocalPortTaken: Bool {
        guard case .syscall(let error, _) = self else { return false }
        return error.errno == EADDRINUSE || error.errno == EADDRNOTAVAIL
            || error.call == "bind" && error.errno == EACCES
    }
}
