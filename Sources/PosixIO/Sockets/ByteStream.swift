package import WireKit

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What one attempt to receive brought.
package enum Received: Equatable, Sendable {
    /// That many bytes, at least one.
    case bytes(Int)
    /// Nothing at the moment.
    case wouldBlock
    /// The peer has ended its side.
    case endOfStream
}

/// A connected TCP or unix-domain socket, with TLS when it was started, confined to its event loop's thread.
///
/// Bytes go straight between the kernel (or the TLS session) and a `RawBuffer`. Each direction may be used while the
/// other one waits. Closing it, or releasing the last reference, closes the descriptor.
package final class ByteStream {
    package let loop: EventLoop
    /// The peer's address as errors name it.
    package let peer: String
    /// Of an accepted stream, the port that the client came from; nil on a unix-domain socket.
    package internal(set) var peerPort: UInt16?
    let registration: Registration
    var tls: TLSSession?
    /// Whether waits go on although their task is cancelled: for the last words with a peer, which need a deadline.
    package var outlastsCancellation = false

    private static let defaultLowWatermarkDelay = Duration.milliseconds(2)
    private static let longestLowWatermarkDelay = Duration.milliseconds(16)

    /// Takes over a connected, non-blocking socket.
    ///
    /// Loop thread only.
    init(descriptor: consuming FileDescriptor, loop: EventLoop, peer: String) {
        self.loop = loop
        self.peer = peer
        registration = loop.register(descriptor)
    }

    deinit { loop.abandon(id: registration.id) }

    /// Closes the connection at once.
    ///
    /// Those who wait for it are resumed with `cancelled`; further use fails.
    package func close() { loop.abandon(id: registration.id) }

    /// Ends our side: the peer reads the end of the stream and may go on sending (shutdown(2)).
    ///
    /// Without effect under TLS.
    package func shutdownOutput() {
        guard isOpen, tls == nil else { return }
        _ = shutdown(registration.descriptor.rawValue, Int32(SHUT_WR))
    }

    /// Whether `close()` has not been called.
    package var isOpen: Bool { registration.slot >= 0 }

    // MARK: Attempts

    /// Receives what is there, without waiting, into the free part of `buffer`, which is made if there is none.
    ///
    /// - Throws: `TransportError` when the connection, or its TLS session, has failed.
    package func receive(into buffer: inout RawBuffer) throws(TransportError) -> Received {
        if buffer.writableByteCount == 0 { buffer.reserve(16 * 1024) }
        let received = try receiveFromSession(into: &buffer)
        adaptLowWatermark(to: received)
        return received
    }

    private func receiveFromSession(into buffer: inout RawBuffer) throws(TransportError) -> Received {
        guard let tls else {
            return try receive(
                UnsafeMutableRawBufferPointer(start: buffer.writePointer, count: buffer.writableByteCount)
            ) { buffer.writeIndex += $0 }
        }
        let received = try tls.receive(into: &buffer, from: self)
        registration.hasBufferedInput = tls.hasBufferedInput
        return received
    }

    /// One recv(2), retried on EINTR.
    func receive(
        _ memory: UnsafeMutableRawBufferPointer,
        _ filled: (Int) -> Void
    ) throws(TransportError) -> Received {
        guard isOpen else { throw .closed(peer: peer) }
        while true {
            let count = recv(registration.descriptor.rawValue, memory.baseAddress, memory.count, 0)
            if count > 0 {
                filled(count)
                return .bytes(count)
            }
            if count == 0 { return .endOfStream }
            let error = SyscallError.last("recv")
            if error.errno == EINTR { continue }
            if error.errno == EAGAIN || error.errno == EWOULDBLOCK { return .wouldBlock }
            throw .syscall(error, peer: peer)
        }
    }

    /// Sends as much as the kernel takes, without waiting, and consumes it from `buffer`.
    ///
    /// - Returns: true when nothing is left, neither in `buffer` nor inside the TLS session.
    /// - Throws: `TransportError` when the connection, or its TLS session, has failed.
    package func send(from buffer: inout RawBuffer) throws(TransportError) -> Bool {
        if let tls { return try tls.send(from: &buffer, to: self) }
        return try sendPlain(from: &buffer)
    }

    /// Sends as much of `bytes` as the kernel takes, straight from where they are.
    ///
    /// - Returns: the bytes that left; none under TLS, whose session needs a buffer that it can take from again.
    /// - Throws: `TransportError` when the connection has failed.
    package func send(_ bytes: UnsafeRawBufferPointer) throws(TransportError) -> Int {
        guard isOpen else { throw .closed(peer: peer) }
        return tls == nil ? try sendToKernel(bytes) : 0
    }

    /// send(2) until the buffer is empty or the kernel's is full, retried on EINTR.
    func sendPlain(from buffer: inout RawBuffer) throws(TransportError) -> Bool {
        guard isOpen else { throw .closed(peer: peer) }
        let bytes = UnsafeRawBufferPointer(start: buffer.readPointer, count: buffer.readableByteCount)
        buffer.consume(try sendToKernel(bytes))
        return buffer.isEmpty
    }

    /// send(2) until everything has left or the kernel's buffer is full, retried on EINTR.
    private func sendToKernel(_ bytes: UnsafeRawBufferPointer) throws(TransportError) -> Int {
        guard let base = bytes.baseAddress else { return 0 }
        var sent = 0
        while sent < bytes.count {
            let count = Self.send(registration.descriptor.rawValue, base + sent, bytes.count - sent)
            if count >= 0 {
                sent += count
                continue
            }
            let error = SyscallError.last("send")
            if error.errno == EINTR { continue }
            if error.errno == EAGAIN || error.errno == EWOULDBLOCK { break }
            throw .syscall(error, peer: peer)
        }
        return sent
    }

    private static func send(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
        #if canImport(Darwin)
        Darwin.send(descriptor, bytes, count, 0)
        #else
        Glibc.send(descriptor, bytes, count, Int32(MSG_NOSIGNAL))
        #endif
    }

    // MARK: Waiting

    /// Suspends until there may be something to receive.
    ///
    /// - Throws: `TransportError`: timed out, or cancelled (also when the stream is closed meanwhile).
    nonisolated(nonsending)
        package func readable(until deadline: ContinuousClock.Instant? = nil) async throws(TransportError)
    {
        try await wait(for: .read, until: deadline)
    }

    /// Suspends until something can be sent.
    ///
    /// - Throws: `TransportError`: timed out, or cancelled (also when the stream is closed meanwhile).
    nonisolated(nonsending)
        package func writable(until deadline: ContinuousClock.Instant? = nil) async throws(TransportError)
    {
        try await wait(for: .write, until: deadline)
    }

    /// Suspends until something can be received or sent: for a writer that must go on reading while it is blocked.
    ///
    /// - Throws: `TransportError`: timed out, or cancelled (also when the stream is closed meanwhile).
    nonisolated(nonsending)
        package func readableOrWritable(until deadline: ContinuousClock.Instant? = nil) async throws(TransportError)
    {
        try await wait(for: [.read, .write], until: deadline)
    }

    nonisolated(nonsending)
        private func wait(for interest: Interest, until deadline: ContinuousClock.Instant?) async throws(TransportError)
    {
        if let delay = registration.lowWatermarkDelay, interest.contains(.read) {
            registration.lowWatermarkDue = ContinuousClock.now + delay
        }
        let result = await loop.wait(
            for: interest,
            on: registration,
            until: deadline,
            outlastsCancellation: outlastsCancellation
        )
        switch result {
        case .ready: return
        case .timedOut: throw .timedOut(operation: interest == .write ? "sending" : "waiting for an answer", peer: peer)
        case .cancelled: throw .cancelled
        }
    }

    // MARK: Observing

    /// Calls `observer` on the loop's thread while there is something to receive, end of stream and failure included,
    /// until it is cleared with nil.
    package func setReadObserver(_ observer: (() -> Void)?) {
        registration.readObserver = observer
        loop.interestChanged(registration)
    }

    /// Calls `observer` once on the loop's thread when something can be sent again.
    package func setWriteObserver(_ observer: (() -> Void)?) {
        registration.writeObserver = observer
        loop.interestChanged(registration)
    }

    // MARK: Low watermark

    /// Sleeping readers are woken only once `byteCount` bytes are there (SO_RCVLOWAT), or a few milliseconds have
    /// passed; 1 turns it off.
    ///
    /// PostgreSQL sends 8 kB at a time: without a mark every one of them would wake the reader.
    package func setReceiveLowWatermark(_ byteCount: Int) {
        guard isOpen else { return }
        SocketOption.receiveLowWatermark(byteCount).apply(to: registration.descriptor.rawValue)
        registration.lowWatermarkDelay = byteCount > 1 ? Self.defaultLowWatermarkDelay : nil
        registration.lowWatermarkDue = nil
    }

    /// A source that pauses is looked at less and less often, one that delivers at once again.
    private func adaptLowWatermark(to received: Received) {
        guard let delay = registration.lowWatermarkDelay else { return }
        switch received {
        case .bytes: registration.lowWatermarkDelay = Self.defaultLowWatermarkDelay
        case .wouldBlock: registration.lowWatermarkDelay = min(delay * 2, Self.longestLowWatermarkDelay)
        case .endOfStream: break
        }
    }
}
