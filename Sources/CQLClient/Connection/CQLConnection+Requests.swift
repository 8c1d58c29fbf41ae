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
    /// - Returns: the answer, which is never an ERROR.
    /// - Throws: `CQLError`: the server's error, or what became of the connection.
    package func response(to request: Request, timeout: Duration? = nil) async throws(CQLError) -> Response {
        let frame = try await frame(answering: request, timeout: timeout ?? requestTimeout)
        let response: Response
        do throws(WireError) {
            let decoded = try ResponseFrame.decode(frame)
            if let warnings = decoded.warnings { latestWarnings = warnings }
            response = decoded.response
        } catch {
            let error = CQLConnectionError(.malformed(error), peer: peer)
            fail(error)
            throw .connection(error)
        }
        if case .error(let error) = response { throw .server(CQLServerError(error, peer: peer)) }
        return response
    }

    private func frame(answering request: Request, timeout: Duration) async throws(CQLError) -> Frame {
        if let failure { throw .connection(failure.beforeSending) }
        guard !Task.isCancelled else {
            throw .connection(CQLConnectionError(.cancelled, peer: peer, isSafeToRetry: true))
        }
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
        streams[id] = .awaited(reply)
        let reason = await loop.waitForSignal(until: ContinuousClock.now + timeout) { waiter in
            reply.awaited(by: waiter)
            // A failure reaches this request as its answer.
            try? flush()
        }
        if let result = reply.result {
            do throws(CQLConnectionError) {
                return try result.get()
            } catch {
                throw .connection(error)
            }
        }
        orphan(id)
        switch reason {
        case .timedOut: throw .connection(CQLConnectionError(.requestTimedOut(timeout), peer: peer))
        case .ready, .cancelled: throw .connection(CQLConnectionError(.cancelled, peer: peer))
        }
    }

    /// Nobody waits on this stream any more.
    private func orphan(_ id: StreamID) {
        streams[id] = .orphaned
        orphanCount += 1
        // The request has not left yet when its task was cancelled just before it began to wait.
        try? flush()
        if orphanCount > Self.orphanLimit { fail(CQLConnectionError(.tooManyOverdueAnswers, peer: peer)) }
    }

    /// Gives an answer to whoever waits for it.
    func frameReceived(_ frame: Frame) {
        let id = frame.header.stream
        switch streams.removeValue(forKey: id) {
        case .awaited(let reply):
            streamIDs.release(id)
            reply.complete(.success(frame), on: loop)
        case .orphaned:
            orphanCount -= 1
            streamIDs.release(id)
        case nil:
            unsolicited(frame)
        }
    }

    /// An event, or an answer to no question of ours.
    private func unsolicited(_ frame: Frame) {
        do throws(WireError) {
            let response = try ResponseFrame.decode(frame).response
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
