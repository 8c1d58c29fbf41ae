import PosixIO
import PostgresWire
import WireKit

/// Messages in and out of the socket.
extension PostgresConnection {
    /// The longest message that is taken while a session is opened.
    private static let startupLengthLimit = 1 << 20

    /// Appends messages to what will be sent.
    func enqueue(_ messages: [FrontendMessage]) {
        var writer = ByteWriter()
        for message in messages { message.encode(into: &writer) }
        output.append(writer.bytes)
    }

    /// Appends a start-up packet to what will be sent.
    func enqueue(_ packet: StartupPacket) {
        var writer = ByteWriter()
        packet.encode(into: &writer)
        output.append(writer.bytes)
    }

    /// Sends all of `output`, and receives meanwhile: a server that is blocked on its own output reads nothing.
    ///
    /// A broken connection is not reported here but when everything that the server had said is read. A request that is
    /// given up is sent whole nevertheless: half a message would leave the server waiting.
    ///
    /// - Throws: `PostgresConnectionError`: timed out or cancelled; the connection is closed.
    func flush(
        _ phase: PostgresConnectionError.Phase,
        until deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresConnectionError) {
        while true {
            try checkTime(phase, until: deadline)
            do throws(TransportError) {
                if try stream.send(from: &output) { return }
                if case .endOfStream = try receiveOnce() { throw .closed(peer: stream.peer) }
            } catch {
                transportFailure = error
                output.removeAll()
                return
            }
            do throws(TransportError) {
                try await stream.readableOrWritable(until: limit(deadline, phase))
            } catch {
                try await waitFailed(error, phase, until: deadline)
            }
        }
    }

    /// Sends as much as the kernel takes of messages that nobody waits for; the rest leaves with the next ones.
    func sendAtOnce(_ messages: [FrontendMessage]) {
        enqueue(messages)
        do throws(TransportError) {
            _ = try stream.send(from: &output)
        } catch {
            transportFailure = error
            output.removeAll()
        }
    }

    /// Waits until the server has said something more.
    ///
    /// When the task is cancelled, or the server is silent for too long, it is asked to stop (`surrender`), and what it
    /// says until then is received like all else.
    ///
    /// - Returns: false when the connection is over; `transportFailure` says why if it did not end properly.
    /// - Throws: `PostgresConnectionError`: timed out or cancelled; the connection is closed.
    func receive(
        _ phase: PostgresConnectionError.Phase,
        until deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresConnectionError) -> Bool {
        // Once: a socket with a low watermark wakes its reader now and then without a byte.
        var waitEnd = limit(deadline, phase)
        while true {
            // A peer that never stops talking would never make us wait.
            try checkTime(phase, until: deadline)
            if Task.isCancelled, canSurrender(phase) {
                try await surrender(.cancelled, phase)
                waitEnd = limit(deadline, phase)
            }
            do throws(TransportError) {
                switch try receiveOnce() {
                case .bytes: return true
                case .endOfStream: return false
                case .wouldBlock: break
                }
            } catch {
                transportFailure = error
                return false
            }
            do throws(TransportError) {
                try await stream.readable(until: waitEnd)
            } catch {
                try await waitFailed(error, phase, until: deadline)
                waitEnd = limit(deadline, phase)
            }
        }
    }

    /// Receives what is there, without waiting.
    ///
    /// - Returns: whether anything is in `input`; the connection's end is kept in `transportFailure`.
    /// - Throws: `PostgresConnectionError`: the time is over; the connection is closed.
    func receiveAtOnce(_ phase: PostgresConnectionError.Phase) throws(PostgresConnectionError) -> Bool {
        try checkTime(phase, until: nil)
        do throws(TransportError) {
            if case .endOfStream = try receiveOnce() { transportFailure = .closed(peer: stream.peer) }
        } catch {
            transportFailure = error
        }
        return !input.isEmpty
    }

    /// One attempt to receive; room is made as bytes come, never for a length that was only announced.
    private func receiveOnce() throws(TransportError) -> Received {
        if input.writableByteCount < 4096 { input.reserve(16 * 1024) }
        return try stream.receive(into: &input)
    }

    /// Takes the message at the front of `input`, if it is all there.
    ///
    /// - Throws: `PostgresConnectionError` when it cannot be one; the connection is closed.
    func takeMessage(_ phase: PostgresConnectionError.Phase) throws(PostgresConnectionError) -> BackendMessage? {
        guard let tag = input.peekInteger(UInt8.self) else { return nil }
        do throws(WireError) {
            guard BackendMessage.ID(rawValue: tag) != nil else {
                throw WireError(.unknownCode(Int(tag)), field: "message type", offset: 0)
            }
            guard let length = input.peekInteger(Int32.self, at: 1) else { return nil }
            // Who is not known yet gets less room.
            let limit = phase == .startup ? Self.startupLengthLimit : MessageHeader.lengthLimit
            let header = try MessageHeader(tag: tag, length: length, limit: limit)
            guard input.readableByteCount >= MessageHeader.byteCount + header.bodyByteCount else { return nil }
            input.consume(MessageHeader.byteCount)
            return try BackendMessage.decode(MessageFrame(tag: tag, body: input.take(header.bodyByteCount)[...]))
        } catch {
            throw end(ProtocolViolation.malformed(error, phase: phase.rawValue), phase)
        }
    }

    /// The next message that answers a request, or `nil` when the connection is over.
    ///
    /// - Throws: `PostgresConnectionError`, after which the connection is closed.
    func nextMessage(
        _ phase: PostgresConnectionError.Phase,
        until deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresConnectionError) -> BackendMessage? {
        while true {
            if let message = try takeMessage(phase) {
                guard let asynchronous = message.asynchronous else { return message }
                received(asynchronous)
            } else if try await !receive(phase, until: deadline) {
                return nil
            }
        }
    }

    /// Deals with a message that belongs to no request.
    func received(_ message: AsynchronousMessage) {
        switch message {
        case .notice(let notice): noticeObserver?(notice)
        case .notification(let notification):
            notificationObserver?(notification)
            if keepsNotifications { pendingNotifications.append(notification) }
        case .parameterStatus(let status): parameters[status.name] = status.value
        }
    }
}
