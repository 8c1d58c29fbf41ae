import CQLWire
package import PosixIO
import WireKit

/// Writes prepared rows on one connection, as many at once as its window permits, and sees each one through: frames that
/// failed are sent again, on a new connection if need be, until the server has taken or refused them.
///
/// The rows must be idempotent, which a write with an explicit timestamp is. Confined to its loop. The copy loop writes
/// into `window` and calls `flush()`; answers arrive through the connection's read observer; what needs a pause or a
/// new connection is done by `service()`.
package final class BulkWriter {
    /// Frames above this size may be what ended a connection; they are not sent a third time.
    static let suspiciousFrameByteCount = 1 << 20

    /// `Opcode.Response.result`, as a constant of this module: it is compared once per row.
    private static let resultOpcode: UInt8 = 0x08

    private let configuration: CQLConfiguration
    private let loop: EventLoop
    private var endpointIndex: Int
    package let window: BulkWindow
    private let progress: LoopSignal
    private var connection: CQLConnection?
    private var statement: PreparedStatement?
    /// The bytes around the values of every frame of the statement in use.
    package private(set) var template: ExecuteTemplate?

    private var retries: [(stream: Int, due: ContinuousClock.Instant)] = []
    private var unprepared: [Int] = []
    private var refusals: [BulkRefusal] = []
    private var failure: CQLError?
    // Unchecked: touched on the loop's thread only, never by two accesses at once; the check would cost as much as the
    // answer it is made for.
    @exclusivity(unchecked) private var answeredInBatch = 0
    /// Rows that the server has answered for since the writer was made.
    package private(set) var acknowledgedCount = 0

    private init(_ configuration: CQLConfiguration, window: BulkWindow, endpointIndex: Int, on loop: EventLoop) {
        self.configuration = configuration
        self.window = window
        self.endpointIndex = endpointIndex
        self.loop = loop
        progress = LoopSignal(on: loop)
    }

    /// Connects to one of the configured endpoints.
    ///
    /// - Parameters:
    ///   - configuration: the cluster.
    ///   - window: bounds the requests in flight.
    ///   - endpointIndex: which endpoint to try first, so that several writers spread over the nodes.
    ///   - loop: the loop that the caller runs on.
    /// - Returns: a writer without a statement: `prepare` comes next.
    /// - Throws: `CQLError` when no endpoint accepts a connection.
    package static func connect(
        _ configuration: CQLConfiguration,
        window: BulkWindow,
        endpointIndex: Int,
        on loop: EventLoop
    ) async throws(CQLError) -> BulkWriter {
        let writer = BulkWriter(configuration, window: window, endpointIndex: endpointIndex, on: loop)
        _ = try await writer.establish()
        return writer
    }

    /// Ends the connection.
    package func close() {
        connection?.releaseReservedStreams()
        connection?.close()
        connection = nil
    }

    /// Whether something waits that only `service()` can do.
    package var needsService: Bool {
        failure != nil || connection?.failure != nil || !retries.isEmpty || !unprepared.isEmpty || !refusals.isEmpty
    }

    // MARK: Statement

    /// Prepares the statement of the rows to come; all earlier rows must have been answered.
    ///
    /// - Throws: `CQLError` when the server refuses it.
    package func prepare(_ query: String) async throws(CQLError) {
        precondition(window.inFlightCount == 0, "a statement is changed only when all rows are answered")
        window.sealSegment()
        if let statement, statement.query == query, connection?.failure == nil { return }
        let (prepared, connection) = try await prepared(query)
        statement = prepared
        makeTemplate(connection)
    }

    /// Prepares a statement on the connection, or on the next one when it breaks meanwhile.
    private func prepared(_ query: String) async throws(CQLError) -> (PreparedStatement, CQLConnection) {
        var attempt = 0
        while true {
            let connection = try await established()
            do throws(CQLError) {
                return (try await connection.prepare(query), connection)
            } catch {
                let directive = RetryDirective(
                    for: error,
                    isIdempotent: true,
                    attempt: attempt,
                    jitter: Double.random(in: 0..<1),
                    limit: configuration.attemptLimit
                )
                attempt += 1
                guard directive != .giveUp else { throw error }
                try await pause(directive)
            }
        }
    }

    private func makeTemplate(_ connection: CQLConnection) {
        guard let statement else { return }
        template = ExecuteTemplate(
            id: Array(statement.id.bytes),
            consistency: configuration.consistency,
            version: connection.version.rawValue
        )
    }

    // MARK: Sending

    /// Hands what was written since the last call to the connection.
    package func flush() {
        guard window.hasUnsentBytes, let connection, connection.failure == nil else { return }
        // A failure is the connection's: `service()` finds it there.
        window.takeUnsent { try? connection.send($0) }
    }

    /// Writes one row whose values are ready: for the rows that the copy loop could not do alone.
    ///
    /// - Parameters:
    ///   - values: `<n><value>…`.
    ///   - timestamp: microseconds since 1970.
    /// - Returns: false when the window is full, or no statement is prepared: wait for progress and try again.
    package func append(_ values: [UInt8], timestamp: Int64) -> Bool {
        guard let template else { return false }
        let byteCount = template.byteCount + values.count + 8
        guard var cursor = window.openCursor(for: byteCount + RawBuffer.slack) else { return false }
        let frame = cursor.base + cursor.writeIndex
        frame.copyMemory(from: template.pointer, byteCount: template.byteCount)
        (frame + template.byteCount).copyMemory(from: values, byteCount: values.count)
        (frame + (byteCount - 8)).storeBigEndian(timestamp)
        cursor.finishFrame(byteCount: byteCount)
        window.commit(cursor)
        return true
    }

    private func resend(_ stream: Int) {
        guard let connection, connection.failure == nil, let frame = window.frame(of: stream) else { return }
        connection.output.append(UnsafeRawBufferPointer(frame))
    }

    // MARK: Waiting

    /// Waits until answers have come, and does what they call for.
    ///
    /// A server that answers nothing at all during the request timeout is taken for dead: its connection is replaced.
    ///
    /// - Throws: `CQLError` when the rows cannot be written.
    package func waitForProgress() async throws(CQLError) {
        try await service()
        guard window.inFlightCount > 0 else { return }
        let silence = ContinuousClock.now + configuration.requestTimeout
        let deadline = retries.map(\.due).min().map { min($0, silence) } ?? silence
        do throws(TransportError) {
            try await progress.wait(until: deadline, operation: "a write", peer: connection?.peer ?? "")
        } catch .cancelled {
            throw .connection(CQLConnectionError(.cancelled, peer: connection?.peer ?? ""))
        } catch {
            if deadline == silence { connection?.close() }
        }
        try await service()
    }

    /// Waits until every row written so far is answered.
    ///
    /// - Throws: `CQLError` when the rows cannot be written.
    package func finish() async throws(CQLError) {
        flush()
        while window.inFlightCount > 0 { try await waitForProgress() }
        try await service()
    }

    /// Whether the server has refused no row since the last `takeRefusals()`.
    package var refusalsAreEmpty: Bool { refusals.isEmpty }

    /// Gives up what is in flight: the connection is closed, the window empty, and the next `prepare` connects again.
    package func abandon() {
        guard window.inFlightCount > 0 || failure != nil else { return }
        close()
        window.connectionLost()
        window.releaseAll()
        retries.removeAll()
        unprepared.removeAll()
        refusals.removeAll()
        failure = nil
    }

    /// Rows that the server refused since the last call.
    package func takeRefusals() -> [BulkRefusal] {
        defer { refusals.removeAll() }
        return refusals
    }

    // MARK: Service

    /// Replaces a lost connection, prepares a forgotten statement again and sends what is due again.
    ///
    /// - Throws: `CQLError` when the rows cannot be written: the last connection attempt failed, or an error that no
    ///   repetition cures concerns more than a row.
    package func service() async throws(CQLError) {
        if let failure { throw failure }
        if connection?.failure != nil { try await reconnect() }
        if !unprepared.isEmpty { try await prepareAgain() }
        let now = ContinuousClock.now
        let due = retries.filter { $0.due <= now }
        guard !due.isEmpty else { return }
        retries.removeAll { $0.due <= now }
        for retry in due { resend(retry.stream) }
        try? connection?.flush()
    }

    private func prepareAgain() async throws(CQLError) {
        guard let statement, let before = connection else { return }
        let streams = unprepared
        unprepared.removeAll()
        let (renewed, connection) = try await prepared(statement.query)
        // What was in flight on a connection that broke meanwhile is lost with it.
        let isReplaced = connection !== before
        if isReplaced { connectionLost() }
        try adopt(renewed, connection)
        for stream in isReplaced ? window.streamsInFlight : streams { resend(stream) }
        try? connection.flush()
    }

    /// Connects again, with pauses, and sends everything that was in flight once more.
    private func reconnect() async throws(CQLError) {
        connectionLost()
        guard let statement else {
            _ = try await established()
            return
        }
        let (renewed, connection) = try await prepared(statement.query)
        try adopt(renewed, connection)
        for stream in window.streamsInFlight { resend(stream) }
        try? connection.flush()
    }

    private func connectionLost() {
        window.connectionLost()
        retries.removeAll()
        unprepared.removeAll()
        refuseSuspicious()
    }

    /// A server that is sent a frame above its limit closes the connection instead of refusing the row: a large frame
    /// that was in flight more than once when that happened is refused in its place.
    private func refuseSuspicious() {
        for stream in window.streamsInFlight {
            guard let frame = window.frame(of: stream), frame.count > Self.suspiciousFrameByteCount,
                window.countAttempt(stream) > 2
            else { continue }
            let response = ErrorResponse(
                code: .invalid,
                message: "the connection was closed whenever this row of \(frame.count) bytes was sent"
            )
            refuse(stream, CQLServerError(response, peer: connection?.peer ?? ""))
        }
    }

    /// Takes over the statement's id of this connection: it differs only after an upgrade of the server.
    private func adopt(_ renewed: PreparedStatement, _ connection: CQLConnection) throws(CQLError) {
        guard let old = statement else { return }
        guard renewed.markers == old.markers, renewed.id.bytes.count == old.id.bytes.count else {
            throw .statementChanged(query: old.query)
        }
        statement = renewed
        makeTemplate(connection)
        for stream in window.streamsInFlight {
            guard let frame = window.frame(of: stream), let base = frame.baseAddress else { continue }
            let id = Array(renewed.id.bytes)
            (base + ExecuteTemplate.idOffset).copyMemory(from: id, byteCount: id.count)
            base.storeBytes(of: connection.version.rawValue, as: UInt8.self)
        }
    }

    private func established() async throws(CQLError) -> CQLConnection {
        if let connection, connection.failure == nil { return connection }
        return try await establish()
    }

    /// Makes a connection, trying the endpoints in turn, with pauses that grow.
    private func establish() async throws(CQLError) -> CQLConnection {
        var attempt = 0
        while true {
            let endpoint = configuration.endpoints[endpointIndex % configuration.endpoints.count]
            do throws(CQLConnectionError) {
                let made = try await CQLConnection.connect(to: endpoint, configuration, on: loop)
                guard made.reserveStreams(count: window.streamCount, for: self) else {
                    throw CQLConnectionError(.noFreeStream, peer: made.peer)
                }
                connection = made
                return made
            } catch {
                endpointIndex += 1
                let isFirst = connection == nil
                let tried = attempt + 1
                let directive = RetryDirective(
                    for: .connection(error),
                    isIdempotent: true,
                    attempt: attempt,
                    jitter: Double.random(in: 0..<1),
                    limit: configuration.attemptLimit
                )
                attempt = tried
                // The first connection of a run is not waited for: a wrong address should be told at once.
                let isLastChance = isFirst && tried >= configuration.endpoints.count
                guard directive != .giveUp, !isLastChance else {
                    // The pauses were for this server's return; whoever asks next need not wait through them again.
                    connection = nil
                    throw .connection(error)
                }
                try await pause(directive)
            }
        }
    }

    private func pause(_ directive: RetryDirective) async throws(CQLError) {
        guard case .backOff(let duration) = directive else { return }
        do throws(TransportError) {
            try await loop.sleep(for: duration)
        } catch {
            throw .connection(CQLConnectionError(.cancelled, peer: ""))
        }
    }
}

// MARK: - Answers

extension BulkWriter: BulkResponseReceiver {
    package func bulkResponseReceived(stream: Int, opcode: UInt8, body: UnsafeRawBufferPointer) {
        if opcode == Self.resultOpcode {
            window.release(stream)
            answeredInBatch &+= 1
            return
        }
        errorReceived(stream, opcode, [UInt8](body))
    }

    package func bulkConnectionFailed(_ error: CQLConnectionError) { progress.signal() }

    package func bulkBatchEnded() {
        acknowledgedCount += answeredInBatch
        window.acknowledged(answeredInBatch)
        answeredInBatch = 0
        progress.signal()
    }

    private func errorReceived(_ stream: Int, _ opcode: UInt8, _ body: [UInt8]) {
        guard window.isInFlight(stream) else { return }
        let peer = connection?.peer ?? ""
        let error: CQLServerError
        do throws(WireError) {
            guard opcode == Opcode.Response.error.rawValue else {
                throw WireError(.unknownCode(Int(opcode)), field: "answer to EXECUTE", offset: 4)
            }
            var reader = ByteReader(body)
            error = CQLServerError(try ErrorResponse.decode(from: &reader), peer: peer)
        } catch {
            failure = .connection(CQLConnectionError(.malformed(error), peer: peer))
            return
        }
        if error.code.meansOverload { window.overloaded() }
        let attempt = window.countAttempt(stream) - 1
        let directive = RetryDirective(
            for: .server(error),
            isIdempotent: true,
            attempt: attempt,
            jitter: Double.random(in: 0..<1),
            limit: configuration.attemptLimit
        )
        switch directive {
        case .rePrepare: unprepared.append(stream)
        case .retrySameHost, .retryNextHost: retries.append((stream, ContinuousClock.now))
        case .backOff(let pause): retries.append((stream, ContinuousClock.now + pause))
        case .giveUp:
            if error.code.concernsOneRow { refuse(stream, error) } else { failure = .server(error) }
        }
    }

    private func refuse(_ stream: Int, _ error: CQLServerError) {
        if let frame = window.frame(of: stream), let template, frame.count >= template.byteCount + 8 {
            refusals.append(BulkRefusal(error: error, values: [UInt8](frame[template.byteCount..<(frame.count - 8)])))
        }
        window.release(stream)
    }
}
