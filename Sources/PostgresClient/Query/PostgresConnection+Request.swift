import PosixIO
import PostgresWire
import WireKit

/// What every request has in common: it begins on an idle session and ends with ReadyForQuery.
extension PostgresConnection {
    /// Sends a request on an idle session.
    ///
    /// - Throws: `PostgresError` when the session is not idle, the statement cannot be sent, or sending it failed.
    func begin(
        _ sql: String,
        _ messages: [FrontendMessage],
        _ phase: PostgresConnectionError.Phase,
        until deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresError) {
        switch state {
        case .idle: break
        case .busy, .copying, .copyingIn, .copyingBoth:
            throw .invalidRequest("the connection is busy with another request")
        case .closed(let error): throw .connection(error)
        }
        guard !sql.utf8.contains(0) else { throw .invalidRequest("the statement contains a NUL character") }
        if Task.isCancelled, !stream.outlastsCancellation { throw .cancelled }
        try takeIdleMessages()
        state = .busy
        try await send(messages, phase, until: deadline)
    }

    /// Sends messages of the request under way.
    ///
    /// - Throws: `PostgresError` when it has to be given up; the connection is closed.
    func send(
        _ messages: [FrontendMessage],
        _ phase: PostgresConnectionError.Phase,
        until deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresError) {
        enqueue(messages)
        do throws(PostgresConnectionError) {
            try await flush(phase, until: deadline)
        } catch {
            throw .connection(error)
        }
    }

    /// Takes what the server has said while nothing was asked of it.
    ///
    /// - Throws: `PostgresError` when that was its farewell, or what it may not say; the connection is closed.
    func takeIdleMessages() throws(PostgresError) {
        do throws(PostgresConnectionError) {
            while true {
                while let message = try takeMessage(.idle) {
                    guard let asynchronous = message.asynchronous else { throw end(idleViolation(message), .idle) }
                    received(asynchronous)
                }
                guard try receiveIdle() else { return }
            }
        } catch {
            throw .connection(error)
        }
    }

    /// One attempt to receive on an idle session.
    ///
    /// - Returns: whether there were bytes.
    /// - Throws: `PostgresConnectionError` when the connection is over; it is closed.
    private func receiveIdle() throws(PostgresConnectionError) -> Bool {
        do throws(TransportError) {
            switch try stream.receive(into: &input) {
            case .bytes: return true
            case .wouldBlock: return false
            case .endOfStream: throw .closed(peer: stream.peer)
            }
        } catch {
            throw end(error, .idle)
        }
    }

    /// An error is all that a server may say unasked before it ends the session (57P01 and the like).
    private func idleViolation(_ message: BackendMessage) -> IdleEnd {
        if case .errorResponse(let error) = message { return .error(PostgresServerError(error)) }
        return .violation(.unexpected(message.id, phase: PostgresConnectionError.Phase.idle.rawValue))
    }

    private enum IdleEnd {
        case error(PostgresServerError)
        case violation(ProtocolViolation)
    }

    private func end(_ reason: IdleEnd, _ phase: PostgresConnectionError.Phase) -> PostgresConnectionError {
        switch reason {
        case .error(let error): end(error, phase)
        case .violation(let violation): end(violation, phase)
        }
    }

    /// The next thing that a request's machine says, of those that its caller can act upon.
    ///
    /// - Throws: `PostgresError`: the session was lost.
    func nextAction(
        _ machine: inout some QueryStateMachine,
        _ phase: PostgresConnectionError.Phase,
        until deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresError) -> QueryAction {
        let message: BackendMessage?
        do throws(PostgresConnectionError) {
            message = try await nextMessage(phase, until: deadline)
        } catch {
            throw .connection(error)
        }
        let action = message.map { machine.messageReceived($0) } ?? machine.connectionClosed()
        switch action {
        case .send(let messages): try await send(messages, phase, until: deadline)
        case .fail(let violation): throw .connection(end(violation, phase))
        case .failWithServerError(let error): throw .connection(end(error, phase))
        case .closed: throw .connection(end(closedError(phase)))
        case .read, .parameters, .beginRows, .row, .endStatement, .suspended, .complete, .completeWithError: break
        }
        return action
    }

    /// The server is ready for the next request.
    ///
    /// - Returns: why the one that is over was given up, if it was.
    @discardableResult
    func becomeIdle(_ status: TransactionStatus) -> Surrender? {
        transactionStatus = status
        state = .idle
        if status == .idle { savepointDepth = 0 }
        // One giant message made the buffer grow; the session's next requests do not need that much.
        if input.isEmpty, input.capacity > 1 << 20 { input = RawBuffer(capacity: 16 * 1024) }
        guard let surrender else { return nil }
        self.surrender = nil
        stream.outlastsCancellation = false
        return surrender
    }

    /// The server is ready for the next request, and the one that is over has failed.
    ///
    /// - Returns: the error to report: the server's own, unless it is the answer to our giving up.
    func failedRequest(
        _ error: PostgresServerError,
        _ status: TransactionStatus,
        _ sql: String? = nil
    ) -> PostgresError {
        let surrender = becomeIdle(status)
        if let surrender, error.sqlState == .queryCanceled { return surrender.error }
        return .server(sql.map { error.about($0) } ?? error)
    }

    /// The connection ended without a word of the server.
    func closedError(_ phase: PostgresConnectionError.Phase) -> PostgresConnectionError {
        PostgresConnectionError(transportFailure ?? .closed(peer: stream.peer), phase: phase, endpoint: endpoint)
    }
}

extension PostgresConnection {
    /// Waits on an idle session until the server has said something, and takes it.
    ///
    /// - Returns: false when the deadline passed first.
    /// - Throws: `PostgresError`: cancelled, which leaves the session usable; busy; or the end of the session.
    func listenIdle(until deadline: ContinuousClock.Instant?) async throws(PostgresError) -> Bool {
        guard isUsable else {
            if case .closed(let error) = state { throw .connection(error) }
            throw .invalidRequest("the connection is busy with another request")
        }
        let count = pendingNotifications.count
        try takeIdleMessages()
        if pendingNotifications.count > count { return true }
        do throws(TransportError) {
            try await stream.readable(until: deadline)
        } catch {
            switch error {
            case .timedOut: return false
            case .cancelled where stream.isOpen: throw .cancelled
            case .cancelled, .syscall, .resolve, .closed, .tls, .passphraseRequired:
                throw .connection(end(error, .idle))
            }
        }
        try takeIdleMessages()
        return true
    }
}
