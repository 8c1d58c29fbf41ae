package import CQLWire
import PosixIO
import WireKit

extension CQLConnection {
    /// Sends a request and waits for its answer; any number of requests may wait at a time.
    ///
    /// A request that is cancelled or times out leaves its stream id in use until the server answers after all.
    ///
    /// - Parameters:
    ///   - request: the message.
    ///   - timeout: until when the answer must have arrived; nil for the configured one.
    ///   - table: what it is about, for `payloadObserver`.
    /// - Returns: the answer, which is never an ERROR.
    /// - Throws: `CQLError`: the server's error, or what became of the connection.
    package func response(
        to request: Request,
        timeout: Duration? = nil,
        about table: TableSpec? = nil
    ) async throws(CQLError) -> Response {
        guard !Task.isCancelled else {
            throw .connection(CQLConnectionError(.cancelled, peer: peer, isSafeToRetry: true))
        }
        return try await response(to: try begin(request), timeout: timeout, about: table)
    }

    /// Writes a request without waiting for its answer, nor for more requests: they leave together with the first
    /// answer that is waited for, or with `flush()`.
    ///
    /// - Parameter request: the message.
    /// - Returns: what to wait with for the answer; if nobody does, the answer is dropped when it comes.
    /// - Throws: `CQLError` when the request cannot be written, or there is no stream id for it.
    package func begin(_ request: Request) throws(CQLError) -> RequestTicket {
        if let failure { throw .connection(failure.beforeSending) }
        guard let id = streamIDs.take() else {
            throw .connection(CQLConnectionError(.noFreeStream, peer: peer, isSafeToRetry: true))
        }
        do throws(WireError) {
            try append(request, on: id)
        } catch {
            streamIDs.release(id)
            throw .codec(error)
        }
        let reply = PendingReply()
        waiting[id] = reply
        return RequestTicket(stream: id, reply: reply)
    }

    /// Waits for the answer to a request that was begun.
    ///
    /// - Parameters:
    ///   - ticket: of the request, on this connection.
    ///   - timeout: until when the answer must have arrived; nil for the configured one.
    ///   - table: what the request is about, for `payloadObserver`.
    /// - Returns: the answer, which is never an ERROR.
    /// - Throws: `CQLError`: the server's error, or what became of the connection.
    package func response(
        to ticket: RequestTicket,
        timeout: Duration? = nil,
        about table: TableSpec? = nil
    ) async throws(CQLError) -> Response {
        let frame = try await frame(answering: ticket, timeout: timeout ?? requestTimeout)
        let response: Response
        do throws(WireError) {
            let decoded = try ResponseFrame.decode(frame, compression: compression, extensions: extensions)
            if let warnings = decoded.warnings { latestWarnings = warnings }
            if let payload = decoded.customPayload { payloadObserver?(payload, table) }
            response = decoded.response
        } catch {
            let error = CQLConnectionError(.malformed(error), peer: peer)
            fail(error)
            throw .connection(error)
        }
        if case .error(let error) = response { throw .server(CQLServerError(error, peer: peer)) }
        return response
    }

    private func frame(answering ticket: RequestTicket, timeout: Duration) async throws(CQLError) -> Frame {
        let reply = ticket.reply
        var reason = WakeReason.ready
        if reply.result == nil {
            reason = await loop.waitForSignal(until: ContinuousClock.now + timeout) { waiter in
                reply.awaited(by: waiter)
                // A failure reaches this request as its answer.
                try? flush()
            }
        }
        if let result = reply.result {
            do throws(CQLConnectionError) {
                return try result.get()
            } catch {
                throw .connection(error)
            }
        }
        orphan(ticket.stream)
        switch reason {
        case .timedOut: throw .connection(CQLConnectionError(.requestTimedOut(timeout), peer: peer))
        case .ready, .cancelled: throw .connection(CQLConnectionError(.cancelled, peer: peer))
        }
    }

    /// Nobody waits on this stream any more.
    private func orphan(_ id: StreamID) {
        guard waiting.removeValue(forKey: id) != nil else { return }
        let now = ContinuousClock.now
        orphans.insert(id, at: now)
        // The request has not left yet when its task was cancelled just before it began to wait.
        try? flush()
        if orphans.isExcessive(at: now) { fail(CQLConnectionError(.tooManyOverdueAnswers, peer: peer)) }
    }

    /// Gives an answer to whoever waits for it.
    func frameReceived(_ frame: Frame) {
        let id = frame.header.stream
        if let reply = waiting.removeValue(forKey: id) {
            streamIDs.release(id)
            reply.complete(.success(frame), on: loop)
        } else if orphans.remove(id) {
            streamIDs.release(id)
        } else {
            unsolicited(frame)
        }
    }

    /// An event, or an answer to no question of ours.
    private func unsolicited(_ frame: Frame) {
        do throws(WireError) {
            let response = try ResponseFrame.decode(frame, compression: compression, extensions: extensions).response
            switch response {
            case .event(let event) where frame.header.stream == .event: eventObserver?(event)
            // Servers answer on stream 0 when they cannot tell what was asked.
            case .error(let error): fail(CQLConnectionError(.rejected(CQLServerError(error, peer: peer)), peer: peer))
            default:
                let what = "\(response.opcode) on stream \(frame.header.stream)"
                fail(CQLConnectionError(.unexpectedResponse(what), peer: peer))
            }
        } catch {
            fail(CQLConnectionError(.malformed(error), peer: peer))
        }
    }
}

/// A request that was begun and whose answer can be waited for, once.
package struct RequestTicket {
    let stream: StreamID
    let reply: PendingReply
}
