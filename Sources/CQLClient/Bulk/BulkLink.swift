import CQLWire
import PosixIO
import WireKit

/// One connection of a bulk writer: the window of what is under way on it, and what became of the rows that failed.
///
/// A link is meant for one shard of one node. While that node is down its connection leads to another one, which passes
/// the rows on. Confined to its loop; its writer does what needs a pause or a new connection.
final class BulkLink {
    /// `Opcode.Response.result`, as a constant of this module: it is compared once per row.
    private static let resultOpcode: UInt8 = 0x08
    /// Frames above this size may be what ended a connection; they are not sent for ever.
    static let suspiciousFrameByteCount = 1 << 20

    /// A row that could not be written together with the others of its batch.
    struct LoneRow {
        let values: [UInt8]
        let timestamp: Int64
    }

    let target: LinkLayout.Target
    let window: BulkWindow
    private let configuration: CQLConfiguration
    private let progress: LoopSignal
    private(set) var connection: CQLConnection?
    /// The statement as this connection's server knows it.
    private(set) var template: RowTemplate?

    private(set) var retries: [(stream: Int, due: ContinuousClock.Instant)] = []
    private(set) var unprepared: [Int] = []
    private(set) var refusals: [BulkRefusal] = []
    private(set) var loneRows: [LoneRow] = []
    private(set) var failure: CQLError?
    // Unchecked: touched on the loop's thread only, never by two accesses at once; the check would cost as much as the
    // answer it is made for.
    @exclusivity(unchecked) private var answeredRowCount = 0
    @exclusivity(unchecked) private var answeredFrameCount = 0
    /// The frame whose answer is timed, and since when; −1 for none.
    @exclusivity(unchecked) private var timedStream = -1
    private var timedSince = ContinuousClock.now
    /// Rows that the server has answered for since the link was made.
    private(set) var acknowledgedCount = 0
    private var quietCount = 0
    private var quietSince = ContinuousClock.now

    init(_ target: LinkLayout.Target, _ window: BulkWindow, _ configuration: CQLConfiguration, progress: LoopSignal) {
        self.target = target
        self.window = window
        self.configuration = configuration
        self.progress = progress
    }

    /// Whether rows can be sent.
    var isReady: Bool { template != nil && connection != nil && connection?.failure == nil }
    /// Whether the connection leads where the link is meant to lead.
    var isAtHome: Bool { connection?.endpoint == target.endpoint }
    /// Whether a row is still on its way.
    var isBusy: Bool { window.inFlightCount > 0 || !loneRows.isEmpty }
    var peer: String { connection?.peer ?? target.endpoint.description }

    /// Whether something waits that only the writer can do.
    var needsService: Bool {
        failure != nil || connection?.failure != nil || !retries.isEmpty || !unprepared.isEmpty || !refusals.isEmpty
            || !loneRows.isEmpty || window.isWanted
    }

    // MARK: Connection

    /// Takes over a new connection; what is in flight must be sent again with `resendAll()`.
    func adopt(_ made: CQLConnection) {
        connection = made
        quietSince = .now
        quietCount = acknowledgedCount
    }

    /// The connection has failed, or is left: everything in flight counts as not sent.
    func connectionLost() {
        var hasBroken = false
        if case .connectionLost = connection?.failure?.code { hasBroken = true }
        connection?.releaseReservedStreams()
        connection?.close()
        connection = nil
        window.connectionLost()
        retries.removeAll()
        unprepared.removeAll()
        timedStream = -1
        if hasBroken { refuseSuspicious() }
    }

    /// Takes over the statement as the connection's server knows it; its id differs only after an upgrade of the server.
    ///
    /// - Throws: `CQLError` (statement changed) when frames in flight cannot be given the new id.
    func adopt(_ template: RowTemplate, query: String, version: UInt8) throws(CQLError) {
        if let old = self.template {
            guard template.id.count == old.id.count else { throw .statementChanged(query: query) }
            for stream in window.streamsInFlight {
                if let frame = window.frame(of: stream) { old.renew(frame, id: template.id, version: version) }
            }
        }
        self.template = template
    }

    /// Ends the use of a statement, of which no row is left.
    func forgetStatement() {
        window.sealSegment()
        template = nil
    }

    /// Gives up what is in flight.
    func abandon() {
        connectionLost()
        window.releaseAll()
        refusals.removeAll()
        loneRows.removeAll()
        failure = nil
        template = nil
    }

    // MARK: Sending

    /// Hands what was written since the last call to the connection.
    func flush() {
        guard window.hasUnsentBytes, let connection, connection.failure == nil else { return }
        if timedStream < 0, window.isInFlight(window.newestStream) {
            timedStream = window.newestStream
            timedSince = .now
        }
        // A failure is the connection's: `service()` finds it there.
        window.takeUnsent { try? connection.send($0) }
    }

    /// Writes one row whose values are ready.
    ///
    /// - Returns: false when the window is full, or the link is not ready.
    func append(_ values: [UInt8], timestamp: Int64) -> Bool {
        guard let template = template?.single else { return false }
        let byteCount = template.prefixByteCount + values.count + RowTemplate.timestampByteCount
        guard var cursor = window.openCursor(for: byteCount + RawBuffer.slack, template) else { return false }
        let frame = cursor.base + cursor.writeIndex
        frame.copyMemory(from: template.prefix, byteCount: template.prefixByteCount)
        (frame + template.prefixByteCount).copyMemory(from: values, byteCount: values.count)
        (frame + (byteCount - RowTemplate.timestampByteCount)).storeBigEndian(timestamp)
        cursor.finishFrame(byteCount: byteCount)
        window.commit(cursor)
        return true
    }

    private func resend(_ stream: Int) {
        guard let connection, connection.failure == nil, let frame = window.frame(of: stream) else { return }
        connection.output.append(UnsafeRawBufferPointer(frame))
    }

    /// Sends everything in flight once more.
    func resendAll() {
        for stream in window.streamsInFlight { resend(stream) }
        try? connection?.flush()
    }

    /// Sends what its server had not prepared.
    func resendUnprepared() {
        let streams = unprepared
        unprepared.removeAll()
        for stream in streams { resend(stream) }
        try? connection?.flush()
    }

    /// Sends what is due again, and rows that are to travel alone, as far as the window permits.
    func resendDue(at now: ContinuousClock.Instant) {
        let due = retries.filter { $0.due <= now }
        if !due.isEmpty {
            retries.removeAll { $0.due <= now }
            for retry in due { resend(retry.stream) }
            try? connection?.flush()
        }
        var sentCount = 0
        for row in loneRows {
            guard append(row.values, timestamp: row.timestamp) else { break }
            sentCount += 1
        }
        guard sentCount > 0 else { return }
        loneRows.removeFirst(sentCount)
        flush()
    }

    /// When the next request is to be sent again.
    var nextRetry: ContinuousClock.Instant? { retries.map(\.due).min() }

    /// A server that leaves everything unanswered for as long as one request may take is taken for dead.
    func checkSilence(at now: ContinuousClock.Instant) {
        connection?.checkHeartbeat(at: now)
        let isWaiting = window.inFlightCount > retries.count + unprepared.count
        guard isWaiting, quietCount == acknowledgedCount else {
            quietCount = acknowledgedCount
            quietSince = now
            return
        }
        if quietSince + configuration.requestTimeout <= now { connection?.close() }
    }

    /// Rows that the server refused since the last call.
    func takeRefusals() -> [BulkRefusal] {
        defer { refusals.removeAll() }
        return refusals
    }

    /// Refuses large frames that were in flight whenever the connection broke, as often as any request is tried.
    ///
    /// A server that is sent a frame above its limit closes the connection instead of refusing the row. Fewer times would
    /// blame the frame for nodes that are restarted, and for the others beside it.
    private func refuseSuspicious() {
        for stream in window.streamsInFlight {
            guard let frame = window.frame(of: stream), frame.count > Self.suspiciousFrameByteCount,
                window.countLoss(stream) >= configuration.attemptLimit
            else { continue }
            let response = ErrorResponse(
                code: .invalid,
                message: "the connection was closed whenever this row of \(frame.count) bytes was sent"
            )
            refuse(stream, CQLServerError(response, peer: peer))
        }
    }
}

// MARK: - Answers

extension BulkLink: BulkResponseReceiver {
    package func bulkResponseReceived(stream: Int, opcode: UInt8, body: UnsafeRawBufferPointer) {
        if opcode == Self.resultOpcode {
            answeredRowCount &+= window.release(stream)
            answeredFrameCount &+= 1
            if stream == timedStream { timedAnswerReceived() }
            return
        }
        errorReceived(stream, opcode, [UInt8](body))
    }

    package func bulkConnectionFailed(_ error: CQLConnectionError) { progress.signal() }

    package func bulkBatchEnded() {
        acknowledgedCount += answeredRowCount
        window.congestion.acknowledged(answeredFrameCount)
        answeredRowCount = 0
        answeredFrameCount = 0
        progress.signal()
    }

    private func timedAnswerReceived() {
        timedStream = -1
        window.congestion.measured(timedSince.duration(to: .now))
    }

    private func errorReceived(_ stream: Int, _ opcode: UInt8, _ body: [UInt8]) {
        guard window.isInFlight(stream) else { return }
        if stream == timedStream { timedStream = -1 }
        let error: CQLServerError
        do throws(WireError) {
            guard opcode == Opcode.Response.error.rawValue else {
                throw WireError(.unknownCode(Int(opcode)), field: "answer to EXECUTE", offset: 4)
            }
            var reader = ByteReader(body)
            error = CQLServerError(
                try ErrorResponse.decode(from: &reader, extensions: connection?.extensions ?? .none),
                peer: peer
            )
        } catch {
            failure = .connection(CQLConnectionError(.malformed(error), peer: peer))
            return
        }
        if error.meansOverload { window.congestion.overloaded() }
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
        case .retrySameHost, .retryNextHost:
            // The link stays where it is: another node would ask the same replicas. So the second time is later.
            let pause = attempt == 0 ? .zero : RetryDirective.delay(attempt: attempt, jitter: Double.random(in: 0..<1))
            retries.append((stream, ContinuousClock.now + pause))
        case .backOff(let pause): retries.append((stream, ContinuousClock.now + pause))
        case .giveUp: giveUp(stream, error)
        }
    }

    /// What is wrong with a batch may be wrong with one of its rows only: they are sent again one by one.
    private func giveUp(_ stream: Int, _ error: CQLServerError) {
        guard error.code.concernsOneRow else {
            failure = .server(error)
            return
        }
        guard let frame = window.frame(of: stream), frame[4] == Opcode.Request.batch.rawValue, let template else {
            return refuse(stream, error)
        }
        let bytes = UnsafeRawBufferPointer(frame)
        let timestamp = template.timestamp(of: bytes)
        loneRows += template.rows(of: bytes).map { LoneRow(values: [UInt8](bytes[$0]), timestamp: timestamp) }
        window.release(stream)
    }

    private func refuse(_ stream: Int, _ error: CQLServerError) {
        if let frame = window.frame(of: stream), let template {
            let bytes = UnsafeRawBufferPointer(frame)
            refusals += template.rows(of: bytes).map { BulkRefusal(error: error, values: [UInt8](bytes[$0])) }
        }
        window.release(stream)
    }
}
