import PosixIO
package import PostgresWire
import WireKit

extension PostgresConnection {
    /// Follows a logical replication slot with pgoutput, on a replication connection.
    ///
    /// When `body` has returned or thrown, its task's cancellation included, the stream is ended in order and the
    /// session takes commands again. It takes no second stream: PostgreSQL remembers that the first has ended, and ends
    /// the second at once (walsender.c, `streamingDoneSending`).
    ///
    /// - Parameters:
    ///   - slot: the slot's name.
    ///   - position: where to begin, if that is later than what was confirmed before; zero is there.
    ///   - options: what is sent.
    ///   - statusInterval: how often the server is told how far we are.
    ///   - body: takes the changes, and confirms them.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws, or the `PostgresError` of the stream.
    package func withReplication<T>(
        slot: String,
        from position: LogSequenceNumber = .zero,
        _ options: PgOutputOptions,
        statusInterval: Duration = .seconds(10),
        _ body: (ReplicationStream) async throws -> T
    ) async throws -> T {
        let stream = try await startReplication(slot, position, options, statusInterval)
        let value: T
        do {
            value = try await body(stream)
        } catch {
            // The error of the body is the one to report.
            try? await outlastingCancellation { deadline throws(PostgresError) in
                try await stream.finish(until: deadline)
            }
            throw error
        }
        try await outlastingCancellation { deadline throws(PostgresError) in try await stream.finish(until: deadline) }
        return value
    }

    /// A slot is found at once, or its user is said to be another.
    private static let replicationStartTimeout = Duration.seconds(60)

    private func startReplication(
        _ slot: String,
        _ position: LogSequenceNumber,
        _ options: PgOutputOptions,
        _ statusInterval: Duration
    ) async throws(PostgresError) -> ReplicationStream {
        for (feature, version) in options.needs { try require(feature, since: version) }
        guard !hasReplicated else {
            throw .invalidRequest("a session follows one replication stream; open another session for the next")
        }
        guard !options.publications.isEmpty else { throw .invalidRequest("there is no publication to follow") }
        let sql = "START_REPLICATION SLOT \(SQLText.identifier(slot)) LOGICAL \(position)\(options.list)"
        let deadline = ContinuousClock.now + (responseTimeout ?? Self.replicationStartTimeout)
        try await begin(sql, [.query(Query(sql: sql))], .replication, until: deadline)
        var machine = CopyBothStateMachine()
        while true {
            let message: BackendMessage?
            do throws(PostgresConnectionError) {
                message = try await nextMessage(.replication, until: deadline)
            } catch {
                throw .connection(error)
            }
            switch message.map({ machine.messageReceived($0) }) ?? machine.connectionClosed() {
            case .begin:
                state = .copyingBoth(machine)
                hasReplicated = true
                return ReplicationStream(self, machine, from: position, statusInterval: statusInterval)
            case .read, .data: break
            case .send(let messages): try await send(messages, .replication, until: deadline)
            case .complete(let status), .completeWithoutCopy(let status):
                becomeIdle(status)
                throw .invalidRequest("the server answers START_REPLICATION without a stream")
            case .completeWithError(let error, let status): throw failedRequest(error, status, sql)
            case .fail(let violation): throw .connection(end(violation, .replication))
            case .failWithServerError(let error): throw .connection(end(error, .replication))
            case .closed: throw .connection(end(closedError(.replication)))
            }
        }
    }

    /// How a wait for the server's next bytes ended.
    enum Arrival {
        case bytes
        /// Nothing came in time.
        case nothing
        /// The connection is over.
        case end
    }

    /// Waits for the server's next bytes, and leaves the session as it is when none come.
    ///
    /// - Throws: `PostgresError.cancelled`, which leaves the session as it is too.
    func arrival(until deadline: ContinuousClock.Instant) async throws(PostgresError) -> Arrival {
        while true {
            do throws(PostgresConnectionError) {
                if let arrival = try arrivalAtOnce() { return arrival }
            } catch {
                throw .connection(error)
            }
            do throws(TransportError) {
                try await stream.readable(until: deadline)
            } catch {
                switch error {
                case .timedOut: return .nothing
                case .cancelled where stream.isOpen: throw .cancelled
                case .cancelled, .syscall, .resolve, .closed, .tls, .passphraseRequired:
                    throw .connection(end(error, .replication))
                }
            }
        }
    }

    private func arrivalAtOnce() throws(PostgresConnectionError) -> Arrival? {
        let count = input.readableByteCount
        _ = try receiveAtOnce(.replication)
        if input.readableByteCount > count { return .bytes }
        return transportFailure == nil ? nil : .end
    }
}
