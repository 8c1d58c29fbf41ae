import PosixIO
import PostgresWire
import WireKit

/// Giving a request up: the server is asked to stop on a connection of its own, and the session is read to its end of
/// the exchange.
///
/// PostgreSQL documentation, "Message Flow", Canceling Requests in Progress.
extension PostgresConnection {
    /// A request that was given up.
    struct Surrender {
        enum Reason: Equatable {
            case cancelled
            case silence(Duration)
        }

        let reason: Reason
        /// When the server's last words are waited for no longer.
        let deadline: ContinuousClock.Instant

        var error: PostgresError {
            switch reason {
            case .cancelled: .cancelled
            case .silence(let limit): .timedOut(limit)
            }
        }
    }

    /// Asks the server to stop what this session is doing; the answer to that comes on this session, as ever.
    ///
    /// For whoever shares the session's loop with the task that waits for the answer.
    ///
    /// - Throws: `PostgresConnectionError` when the request cannot be delivered; the session is not concerned.
    package func requestCancellation(timeout: Duration = .seconds(5)) async throws(PostgresConnectionError) {
        try await requestCancellation(until: .now + timeout)
    }

    /// Opens a sibling connection, encrypted as this one, and waits until the server closes it: from then on the
    /// request can hit no later statement.
    func requestCancellation(until deadline: ContinuousClock.Instant) async throws(PostgresConnectionError) {
        guard let backendKey else {
            throw PostgresConnectionError(
                .closed,
                phase: .query,
                peer: "\(endpoint)",
                reason: "the server gave no key to cancel with"
            )
        }
        let sibling = try await openSibling(until: deadline)
        sibling.enqueue(.cancelRequest(CancelRequest(key: backendKey)))
        try await sibling.flush(.startup, until: deadline)
        while try await sibling.receive(.startup, until: deadline) { sibling.input.removeAll() }
        sibling.close()
    }

    /// Whether the request under way can be given up, now and properly.
    func canSurrender(_ phase: PostgresConnectionError.Phase) -> Bool {
        (phase == .query || phase == .copy) && surrender == nil && !stream.outlastsCancellation && stream.isOpen
    }

    /// Gives the request under way up.
    ///
    /// - Throws: `PostgresConnectionError` when the server cannot be reached; the connection is closed.
    func surrender(
        _ reason: Surrender.Reason,
        _ phase: PostgresConnectionError.Phase
    ) async throws(PostgresConnectionError) {
        let surrender = Surrender(reason: reason, deadline: .now + cancellationTimeout)
        self.surrender = surrender
        stream.outlastsCancellation = true
        do throws(PostgresConnectionError) {
            try await requestCancellation(until: surrender.deadline)
        } catch {
            throw end(surrendered(surrender, phase, "the request to cancel failed: \(error.reason)"))
        }
    }

    /// A wait ended without what was waited for.
    ///
    /// - Throws: `PostgresConnectionError`, unless waiting goes on; the connection is closed.
    func waitFailed(
        _ error: TransportError,
        _ phase: PostgresConnectionError.Phase,
        until deadline: ContinuousClock.Instant?
    ) async throws(PostgresConnectionError) {
        switch error {
        case .cancelled where canSurrender(phase):
            try await surrender(.cancelled, phase)
        case .timedOut:
            try checkTime(phase, until: deadline)
            // What is left is the server's silence; a deadline may also have passed by a moment less than the clock's.
            guard let responseTimeout, deadline == nil else { return }
            guard canSurrender(phase) else { throw end(error, phase) }
            try await surrender(.silence(responseTimeout), phase)
        case .cancelled, .syscall, .resolve, .closed, .tls, .passphraseRequired:
            throw end(error, phase)
        }
    }

    /// When a wait that begins now must end.
    func limit(
        _ deadline: ContinuousClock.Instant?,
        _ phase: PostgresConnectionError.Phase
    ) -> ContinuousClock.Instant? {
        if let surrender { return deadline.map { min($0, surrender.deadline) } ?? surrender.deadline }
        guard deadline == nil, let responseTimeout, phase != .idle, phase != .replication else { return deadline }
        return .now + responseTimeout
    }

    /// Ends the session when its time is over.
    ///
    /// - Throws: `PostgresConnectionError`: timed out, or given up; the connection is closed.
    func checkTime(
        _ phase: PostgresConnectionError.Phase,
        until deadline: ContinuousClock.Instant?
    ) throws(PostgresConnectionError) {
        guard surrender != nil || deadline != nil else { return }
        let now = ContinuousClock.now
        if let surrender, now >= surrender.deadline {
            throw end(surrendered(surrender, phase, "the server did not stop within \(cancellationTimeout)"))
        }
        if let deadline, now >= deadline {
            throw end(.timedOut(operation: "waiting for an answer", peer: stream.peer), phase)
        }
    }

    private func surrendered(
        _ surrender: Surrender,
        _ phase: PostgresConnectionError.Phase,
        _ reason: String
    ) -> PostgresConnectionError {
        switch surrender.reason {
        case .cancelled:
            PostgresConnectionError(
                .cancelled,
                phase: phase,
                peer: "\(endpoint)",
                reason: "the operation was cancelled, and \(reason)"
            )
        case .silence(let limit):
            PostgresConnectionError(
                .timeout,
                phase: phase,
                peer: "\(endpoint)",
                reason: "the server did not answer within \(limit), and \(reason)"
            )
        }
    }

    /// Runs what must be said even by a cancelled task, such as ROLLBACK, within `cancellationTimeout`.
    ///
    /// - Throws: what `body` throws.
    func outlastingCancellation<T>(
        _ body: (_ deadline: ContinuousClock.Instant) async throws(PostgresError) -> T
    ) async throws(PostgresError) -> T {
        let before = stream.outlastsCancellation
        stream.outlastsCancellation = true
        defer { stream.outlastsCancellation = before }
        return try await body(.now + cancellationTimeout)
    }
}
