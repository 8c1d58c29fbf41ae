import PosixIO
import WireKit

/// One connection to the Engine, with one exchange at a time on it.
///
/// Confined to the loop of its stream.
final class EngineConnection {
    let stream: ByteStream
    private var decoder = HTTPResponseDecoder()
    private var input = RawBuffer(capacity: 64 * 1024)
    private var output = RawBuffer(capacity: 16 * 1024)
    /// Whether anything of the current response has arrived, but for leave to send the body: a request that was cut off
    /// before may be sent again.
    private(set) var hasReceived = false
    private var isAtEnd = false

    init(_ stream: ByteStream) { self.stream = stream }

    /// Connects, and encrypts if the address says so.
    ///
    /// - Throws: `TransportError`.
    nonisolated(nonsending)
        static func connect(
            to address: EngineAddress,
            timeout: Duration,
            on loop: EventLoop
        ) async throws(TransportError) -> EngineConnection
    {
        let stream = try await ByteStream.connect(to: address.endpoint, timeout: timeout, on: loop)
        if let tls = address.tls, case .tcp(let host, _) = address.endpoint {
            try await stream.startTLSClient(tls, serverName: host, timeout: timeout)
        }
        return EngineConnection(stream)
    }

    var isReusable: Bool { decoder.isReusable && decoder.isIdle && stream.isOpen }

    /// Whether an idle connection is still there and has said nothing unasked.
    func isAlive() -> Bool {
        stream.isOpen && (try? stream.receive(into: &input)) == .wouldBlock
    }

    func close() { stream.close() }

    // MARK: Sending

    /// Begins an exchange: what was received before is forgotten.
    func begin(_ method: HTTPMethod) {
        hasReceived = false
        input.removeAll()
        output.removeAll()
        decoder.expectResponse(to: method)
    }

    /// Sends all of `bytes`, and goes on receiving meanwhile: an Engine that refuses says so before it has read all.
    ///
    /// - Parameters:
    ///   - bytes: what is sent.
    ///   - isRequest: whether sending ends when an answer begins, as it does not where both sides speak when they like.
    ///   - deadline: when to give up.
    /// - Returns: false when not everything was sent: an answer has begun, or the Engine has ended the connection.
    /// - Throws: `DockerEngineError`.
    nonisolated(nonsending)
        func send(
            _ bytes: [UInt8],
            isRequest: Bool = true,
            until deadline: ContinuousClock.Instant?
        ) async throws(DockerEngineError) -> Bool
    {
        output.append(bytes)
        do throws(TransportError) {
            while !(try stream.send(from: &output)) {
                if hasReceived, isRequest { return false }
                try await stream.readableOrWritable(until: deadline)
                if try receive() == .endOfStream { return false }
            }
            return true
        } catch .syscall(let error, let peer) {
            // Whoever hangs up may still have said why.
            _ = try? receive()
            if hasReceived { return false }
            throw .transport(.syscall(error, peer: peer))
        } catch {
            throw .transport(error)
        }
    }

    // MARK: Receiving

    /// Suspends until the answer has begun.
    ///
    /// - Throws: `DockerEngineError`: closed, when it never does.
    nonisolated(nonsending)
        func waitForAnswer(until deadline: ContinuousClock.Instant?) async throws(DockerEngineError)
    {
        while !hasReceived {
            if isAtEnd { throw .transport(.closed(peer: stream.peer)) }
            try await receiveMore(until: deadline)
        }
    }

    /// The next event of the response.
    ///
    /// - Throws: `DockerEngineError`.
    nonisolated(nonsending)
        func next(until deadline: ContinuousClock.Instant?) async throws(DockerEngineError) -> HTTPResponseDecoder.Event
    {
        while true {
            let event: HTTPResponseDecoder.Event
            do throws(HTTPError) {
                event = try decoder.next()
            } catch .incomplete {
                throw .transport(.closed(peer: stream.peer))
            } catch {
                throw .http(error, peer: stream.peer)
            }
            guard event == .needsMore else {
                // What came behind an informational response in the same piece is the answer already.
                if case .informational = event { hasReceived = !decoder.isIdle }
                return event
            }
            try await receiveMore(until: deadline)
        }
    }

    /// The next bytes after an upgrade; nil at the end.
    ///
    /// - Throws: `DockerEngineError`.
    nonisolated(nonsending)
        func nextRawBytes(
            until deadline: ContinuousClock.Instant?
        ) async throws(DockerEngineError)
        -> ArraySlice<UInt8>?
    {
        while true {
            let rest = decoder.takeRest()
            if !rest.isEmpty { return rest }
            if isAtEnd { return nil }
            try await receiveMore(until: deadline)
        }
    }

    nonisolated(nonsending)
        private func receiveMore(until deadline: ContinuousClock.Instant?) async throws(DockerEngineError)
    {
        do throws(TransportError) {
            while true {
                if try receive() != .wouldBlock { return }
                try await stream.readable(until: deadline)
            }
        } catch {
            throw .transport(error)
        }
    }

    private func receive() throws(TransportError) -> Received {
        let received = try stream.receive(into: &input)
        switch received {
        case .bytes:
            hasReceived = true
            decoder.append(input.readableBytes())
            input.removeAll()
        case .endOfStream:
            isAtEnd = true
            decoder.inputEnded()
        case .wouldBlock:
            break
        }
        return received
    }
}
