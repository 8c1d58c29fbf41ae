#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A socket that accepts connections on its event loop's thread.
package final class ListeningSocket {
    package let loop: EventLoop
    /// The port in use: the one asked for, or the one the kernel chose for port 0; 0 for a unix-domain socket.
    package let boundPort: UInt16
    private let registration: Registration
    private let tls: TLSContext?
    private let accept: (ByteStream) -> Void

    private init(
        registration: Registration,
        port: UInt16,
        loop: EventLoop,
        tls: TLSContext?,
        accept: @escaping (ByteStream) -> Void
    ) {
        self.registration = registration
        self.boundPort = port
        self.loop = loop
        self.tls = tls
        self.accept = accept
    }

    deinit { loop.abandon(id: registration.id) }

    /// Stops accepting.
    package func close() { loop.abandon(id: registration.id) }

    /// Listens at `endpoint` (its first address) and gives each accepted stream to `accept`.
    ///
    /// Loop thread only.
    ///
    /// - Throws: `TransportError` when the address cannot be resolved or bound, or the TLS files cannot be used.
    nonisolated(nonsending)
        package static func bind(
            to endpoint: Endpoint,
            on loop: EventLoop,
            tls: TLSServerConfiguration? = nil,
            accept: @escaping (ByteStream) -> Void
        ) async throws(TransportError) -> ListeningSocket
    {
        let context: TLSContext? = if let tls { try TLSContext(server: tls) } else { nil }
        guard let address = try await loop.addresses(of: endpoint, until: nil).first else {
            throw .resolve(host: endpoint.description, reason: "it has no address")
        }
        do throws(SyscallError) {
            let descriptor = try listen(at: address)
            let port = boundPort(of: descriptor.rawValue)
            let socket = ListeningSocket(
                registration: loop.register(descriptor),
                port: port,
                loop: loop,
                tls: context,
                accept: accept
            )
            // Weak: the owner's reference decides how long the socket listens.
            socket.registration.readObserver = { [weak socket] in socket?.acceptPending() }
            loop.interestChanged(socket.registration)
            return socket
        } catch {
            throw .syscall(error, peer: endpoint.description)
        }
    }

    private static func listen(at address: SocketAddress) throws(SyscallError) -> FileDescriptor {
        let descriptor = try FileDescriptor.open("socket") { socket(address.family, streamSocketType, 0) }
        SocketOption.reuseAddress.apply(to: descriptor.rawValue)
        guard address.withSockaddr({ bindSystemCall(descriptor.rawValue, $0, $1) }) == 0 else { throw .last("bind") }
        guard listenSystemCall(descriptor.rawValue) == 0 else { throw .last("listen") }
        return descriptor
    }

    private static func boundPort(of descriptor: Int32) -> UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard status == 0 else { return 0 }
        let bytes = withUnsafeBytes(of: storage) { Array($0.prefix(Int(length))) }
        return SocketAddress(family: Int32(storage.ss_family), bytes: bytes).port ?? 0
    }

    /// The next pending connection with the address that it comes from (accept(2)).
    ///
    /// - Throws: `SyscallError`, EAGAIN when there is none.
    private func acceptOne() throws(SyscallError) -> ByteStream {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let descriptor = try FileDescriptor.open("accept") {
            withUnsafeMutablePointer(to: &storage) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    acceptSystemCall(registration.descriptor.rawValue, $0, &length)
                }
            }
        }
        SocketOption.noDelay.apply(to: descriptor.rawValue)
        let stream = ByteStream(descriptor: descriptor, loop: loop, peer: "client")
        let bytes = withUnsafeBytes(of: storage) { Array($0.prefix(Int(length))) }
        stream.peerPort = SocketAddress(family: Int32(storage.ss_family), bytes: bytes).port
        return stream
    }

    private func acceptPending() {
        while registration.slot >= 0 {
            do throws(SyscallError) {
                let stream = try acceptOne()
                if let tls { stream.tls = try TLSSession(server: tls) }
                accept(stream)
            } catch {
                // EAGAIN: all are accepted. Anything else concerns one client that has gone again, or a shortage of
                // descriptors that passes; the others are served on.
                return
            }
        }
    }
}

private func bindSystemCall(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
    bind(descriptor, address, length)
}

private func listenSystemCall(_ descriptor: Int32) -> Int32 { listen(descriptor, 512) }

private func acceptSystemCall(
    _ descriptor: Int32,
    _ address: UnsafeMutablePointer<sockaddr>,
    _ length: UnsafeMutablePointer<socklen_t>
) -> Int32 {
    accept(descriptor, address, length)
}
