import PosixIO
package import PostgresWire
import WireKit

/// The changes of a logical replication slot, as they are committed.
///
/// It lives inside `withReplication`. The server keeps what was not confirmed and sends it again next time, so that
/// only what is safe on the other side may be confirmed.
package final class ReplicationStream {
    /// What the server sends.
    package enum Event: Sendable {
        /// A message of pgoutput; its own positions count, `start` is zero for some.
        case change(PgOutputEvent, start: LogSequenceNumber)
        /// The server has nothing else up to here. Whoever has applied all that came may confirm it.
        case keepalive(serverEnd: LogSequenceNumber)
    }

    private let connection: PostgresConnection
    private var machine: CopyBothStateMachine
    private var decoder = PgOutputDecoder()
    private let statusInterval: Duration
    private var statusIsDue: ContinuousClock.Instant
    /// The loop's call that sends the next status update while nobody asks for changes.
    private var alarm: UInt64?
    private var lastHeard = ContinuousClock.now
    private var hasAskedForSign = false

    /// How far the server has sent.
    package private(set) var received: LogSequenceNumber
    /// How far the server is told that it need not send again; zero says nothing.
    package private(set) var flushed = LogSequenceNumber.zero
    /// How far the server is told that the effect can be seen.
    package private(set) var applied = LogSequenceNumber.zero
    /// How long the server may send nothing at all, although it was asked for a sign of life half-way; none waits as
    /// long as the connection lives.
    package var silenceLimit: Duration? = .seconds(60)

    init(
        _ connection: PostgresConnection,
        _ machine: CopyBothStateMachine,
        from position: LogSequenceNumber,
        statusInterval: Duration
    ) {
        self.connection = connection
        self.machine = machine
        self.statusInterval = statusInterval
        received = position
        statusIsDue = .now + statusInterval
        setAlarm()
    }

    /// Confirms that what came before `flushed` need not be sent again; the next status update says so.
    ///
    /// - Parameters:
    ///   - flushed: usually the `endLSN` of a Commit; a lower one than before changes nothing.
    ///   - applied: the same, unless it is seen later than it is safe.
    package func confirm(flushed: LogSequenceNumber, applied: LogSequenceNumber? = nil) {
        self.flushed = max(self.flushed, flushed)
        self.applied = max(self.applied, applied ?? flushed)
        received = max(received, self.flushed)
    }

    /// The next thing that the server sends; status updates are sent when they are due, and here also when asked for.
    ///
    /// - Returns: the event, or `nil` when the server has ended the stream.
    /// - Throws: `PostgresError`: cancelled, the server's error, or the end of the session.
    package func next() async throws(PostgresError) -> Event? {
        // What was not waited for was not silence.
        lastHeard = .now
        while true {
            guard case .copyingBoth = connection.state else { return try over() }
            if ContinuousClock.now >= statusIsDue { try await sendStatus() }
            if let message = try take() {
                if let event = try await received(message) { return event }
            } else {
                try await wait()
            }
        }
    }

    /// Tells the server at once how far we are; it happens by itself too, once every status interval.
    ///
    /// - Throws: `PostgresError` when the session is lost.
    package func sendStatus(
        requestingReply: Bool = false,
        until deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresError) {
        guard let update = statusUpdate(requestingReply: requestingReply) else { return }
        let deadline = deadline ?? silenceLimit.map { .now + $0 }
        try await connection.send([update], .replication, until: deadline)
    }

    /// The message that says how far we are; nil when our side of the stream has ended.
    private func statusUpdate(requestingReply: Bool) -> FrontendMessage? {
        guard machine.acceptsData else { return nil }
        let update = StandbyStatusUpdate(
            written: received,
            flushed: flushed,
            applied: applied,
            sentAt: PostgresClockTime(unixMicroseconds: WallClock.microseconds),
            requestsReply: requestingReply
        )
        var writer = ByteWriter()
        StandbyMessage.statusUpdate(update).encode(into: &writer)
        statusIsDue = .now + statusInterval
        return .copyData(CopyData(data: writer.bytes[...]))
    }

    /// Has the loop send the next status update when it is due, whatever the consumer waits for until then: the server
    /// gives up a client that it does not hear from (`wal_sender_timeout`).
    private func setAlarm() {
        alarm = connection.loop.schedule(after: ContinuousClock.now.duration(to: statusIsDue)) { [weak self] in
            guard let self, case .copyingBoth = connection.state else { return }
            if ContinuousClock.now >= statusIsDue, let update = statusUpdate(requestingReply: false) {
                connection.sendAtOnce([update])
            }
            setAlarm()
        }
    }

    /// Ends the stream in order: what was confirmed is said, both directions end, and the session is idle.
    ///
    /// - Throws: `PostgresError`; the session is lost then.
    func finish(until deadline: ContinuousClock.Instant) async throws(PostgresError) {
        if let alarm { connection.loop.cancelScheduled(alarm) }
        guard case .copyingBoth = connection.state else { return }
        try await sendStatus(until: deadline)
        if machine.acceptsData {
            machine.ended()
            try await connection.send([.copyDone], .replication, until: deadline)
        }
        while case .copyingBoth = connection.state {
            if let message = try take() {
                // Changes that nobody waits for are sent again next time.
                try await perform(machine.messageReceived(message))
                continue
            }
            do throws(PostgresConnectionError) {
                if try await connection.receive(.replication, until: deadline) { continue }
            } catch {
                throw .connection(error)
            }
            try await perform(machine.connectionClosed())
        }
    }

    /// The next message that is not an asynchronous one, if it is there.
    private func take() throws(PostgresError) -> BackendMessage? {
        do throws(PostgresConnectionError) {
            while let message = try connection.takeMessage(.replication) {
                lastHeard = .now
                hasAskedForSign = false
                guard let asynchronous = message.asynchronous else { return message }
                connection.received(asynchronous)
            }
            return nil
        } catch {
            throw .connection(error)
        }
    }

    private func received(_ message: BackendMessage) async throws(PostgresError) -> Event? {
        let action = machine.messageReceived(message)
        guard case .data(let content) = action else {
            try await perform(action)
            return nil
        }
        do throws(WireError) {
            switch try ReplicationMessage.decode(content) {
            case .xLogData(let data):
                received = max(received, data.start, data.serverEnd)
                return .change(try decoder.decode(data.data), start: data.start)
            case .primaryKeepalive(let keepalive):
                received = max(received, keepalive.serverEnd)
                if keepalive.requestsReply { statusIsDue = .now }
                return .keepalive(serverEnd: keepalive.serverEnd)
            }
        } catch {
            let violation = ProtocolViolation.malformed(error, phase: "replication")
            throw .connection(connection.end(violation, .replication))
        }
    }

    /// Waits until something comes, a status update is due, or the server is given up.
    private func wait() async throws(PostgresError) {
        var limit = statusIsDue
        if let silenceLimit {
            let now = ContinuousClock.now
            if now >= lastHeard + silenceLimit {
                let peer = connection.stream.peer
                let error = TransportError.timedOut(operation: "waiting for a sign of life", peer: peer)
                throw .connection(connection.end(error, .replication))
            }
            if now >= lastHeard + silenceLimit / 2, !hasAskedForSign {
                hasAskedForSign = true
                try await sendStatus(requestingReply: true)
            }
            limit = min(limit, lastHeard + (hasAskedForSign ? silenceLimit : silenceLimit / 2))
        }
        switch try await connection.arrival(until: limit) {
        case .bytes, .nothing: return
        case .end: try await perform(machine.connectionClosed())
        }
    }

    /// Does what the machine asks for, other than deliver data.
    private func perform(_ action: CopyBothStateMachine.Action) async throws(PostgresError) {
        switch action {
        case .read, .begin, .data: break
        case .send(let messages): try await connection.send(messages, .replication)
        case .complete(let status), .completeWithoutCopy(let status): connection.becomeIdle(status)
        case .completeWithError(let error, let status): throw connection.failedRequest(error, status)
        case .fail(let violation): throw .connection(connection.end(violation, .replication))
        case .failWithServerError(let error): throw .connection(connection.end(error, .replication))
        case .closed: throw .connection(connection.end(connection.closedError(.replication)))
        }
    }

    private func over() throws(PostgresError) -> Event? {
        if case .closed(let error) = connection.state { throw .connection(error) }
        return nil
    }
}
