package import CQLWire
package import PosixIO
package import WireKit

/// One connection to a CQL server with many requests in flight, confined to its loop.
///
/// Answers are taken from the socket by a read observer and matched to their requests by stream id. A bulk writer may
/// reserve streams: their answers go to it straight from the input buffer (`reserveStreams(count:for:)`).
package final class CQLConnection {
    package let loop: EventLoop
    /// The server as it was asked for.
    package let endpoint: Endpoint
    /// The server's address as errors name it.
    package let peer: String
    /// The version that both sides speak.
    package let version: ProtocolVersion
    /// What the server says it supports (SUPPORTED), such as ScyllaDB's shards.
    package internal(set) var supported = StringMultimap()
    /// The class by which the server wanted to know who we are; nil when it did not ask.
    package internal(set) var authenticator: String?
    /// Frames that are ready to leave with the next `flush()`.
    package var output: RawBuffer
    /// Whether the kernel is full; what is in `output` then leaves by itself once it is not.
    package internal(set) var isWriteBlocked = false
    /// Why the connection can no longer be used; nil while it can.
    package internal(set) var failure: CQLConnectionError?
    /// `failure != nil`, for the parse loop, which looks at it for every frame.
    ///
    /// Unchecked: it is read and written as a whole, on the loop's thread only.
    @exclusivity(unchecked) var hasFailed = false
    /// What the server has warned of since the connection was made, the latest only.
    package internal(set) var latestWarnings: [String] = []
    /// Called with events of the kinds that `register` asked for.
    package var eventObserver: ((EventResponse) -> Void)?
    /// Called with what a server put beside an answer, such as where a tablet is, and the table that was asked about
    /// where that is known.
    package var payloadObserver: ((BytesMap, TableSpec?) -> Void)?

    /// What both sides agreed on beyond the protocol.
    package internal(set) var extensions = ProtocolExtensions.none
    /// How frames may be compressed; nil before STARTUP, and when it was not asked for.
    package internal(set) var compression: FrameCompression?

    let stream: ByteStream
    var input: RawBuffer
    let requestTimeout: Duration
    let consistency: Consistency
    let serialConsistency: Consistency
    /// Until the first answer, the server may show that it speaks another version.
    var isVersionSettled = false
    /// Who waits on which stream.
    var waiting: [StreamID: PendingReply] = [:]
    var orphans = OrphanedStreams()
    var heartbeat: Heartbeat
    /// Reads that brought something.
    var receivedCount = 0
    var streamIDs = StreamIDPool()
    var bulkReceiver: (any BulkResponseReceiver)?
    /// Statements that the server named differently when they were prepared again.
    var renewedIDs: [PreparedID: PreparedID] = [:]

    init(stream: ByteStream, endpoint: Endpoint, version: ProtocolVersion, configuration: CQLConfiguration) {
        self.stream = stream
        self.endpoint = endpoint
        self.version = version
        heartbeat = Heartbeat(
            interval: configuration.heartbeatInterval,
            patience: configuration.requestTimeout,
            now: .now
        )
        input = RawBuffer(capacity: configuration.bufferByteCount)
        output = RawBuffer(capacity: configuration.bufferByteCount)
        loop = stream.loop
        peer = stream.peer
        requestTimeout = configuration.requestTimeout
        consistency = configuration.consistency
        serialConsistency = configuration.serialConsistency
        // Weak: the connection's owner decides how long it lives.
        stream.setReadObserver { [weak self] in self?.drainInput() }
    }

    /// Ends the connection; those who wait for answers get an error.
    package func close() { fail(CQLConnectionError(.closed, peer: peer)) }

    /// Ends the connection because of `error`, once.
    func fail(_ error: CQLConnectionError) {
        guard failure == nil else { return }
        failure = error
        hasFailed = true
        stream.close()
        let replies = waiting.values
        waiting.removeAll()
        for reply in replies { reply.complete(.failure(error), on: loop) }
        bulkReceiver?.bulkConnectionFailed(error)
        bulkReceiver = nil
        eventObserver = nil
        payloadObserver = nil
    }

    /// Looks after a connection that may have become quiet: asks it for a sign of life, or ends it when it gave none.
    ///
    /// To be called now and then, about every second.
    package func checkHeartbeat(at now: ContinuousClock.Instant) {
        guard failure == nil else { return }
        if orphans.isExcessive(at: now) { return fail(CQLConnectionError(.tooManyOverdueAnswers, peer: peer)) }
        switch heartbeat.checked(at: now, receivedCount: receivedCount) {
        case .nothing: return
        case .giveUp: fail(CQLConnectionError(.heartbeatMissed, peer: peer))
        case .ask:
            // Whatever the answer is, that it came is what counts; a failure is the connection's.
            _ = try? begin(.options)
            try? flush()
        }
    }

    /// An error of the transport as one of this connection.
    func lost(_ error: TransportError) -> CQLConnectionError {
        CQLConnectionError(error == .cancelled ? .cancelled : .connectionLost(error), peer: peer)
    }
}

/// A request's place to be answered.
package final class PendingReply {
    fileprivate(set) var result: Result<Frame, CQLConnectionError>?
    private var waiter: UInt64?

    /// The task that waits for the answer.
    func awaited(by waiter: UInt64) { self.waiter = waiter }

    /// Leaves the answer and wakes the task.
    func complete(_ result: Result<Frame, CQLConnectionError>, on loop: EventLoop) {
        self.result = result
        if let waiter { loop.resumeWaiter(waiter) }
    }
}
