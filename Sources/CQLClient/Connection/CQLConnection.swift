package import CQLWire
package import PosixIO
package import WireKit

/// One connection to a CQL server with many requests in flight, confined to its loop.
///
/// Answers are taken from the socket by a read observer and matched to their requests by stream id. A bulk writer may
/// reserve streams: their answers go to it straight from the input buffer (`reserveStreams(count:for:)`).
package final class CQLConnection {
    /// What waits on a stream.
    enum StreamUse {
        case awaited(PendingReply)
        /// Nobody waits any more, but the server may still answer on it.
        case orphaned
    }

    package let loop: EventLoop
    /// The server's address as errors name it.
    package let peer: String
    /// The version that both sides speak.
    package let version: ProtocolVersion
    /// What the server says it supports (SUPPORTED), such as ScyllaDB's shards.
    package internal(set) var supported = StringMultimap()
    /// Frames that are ready to leave with the next `flush()`.
    package var output = RawBuffer(capacity: 64 << 10)
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

    let stream: ByteStream
    var input = RawBuffer(capacity: 64 << 10)
    let requestTimeout: Duration
    let consistency: Consistency
    /// Until the first answer, the server may show that it speaks another version.
    var isVersionSettled = false
    var streams: [StreamID: StreamUse] = [:]
    var orphanCount = 0
    var streamIDs = StreamIDPool()
    var bulkReceiver: (any BulkResponseReceiver)?
    /// Statements that the server named differently when they were prepared again.
    var renewedIDs: [PreparedID: PreparedID] = [:]

    /// So many overdue answers end the connection: the server is not going to send them.
    static let orphanLimit = 1024

    init(stream: ByteStream, version: ProtocolVersion, configuration: CQLConfiguration) {
        self.stream = stream
        self.version = version
        loop = stream.loop
        peer = stream.peer
        requestTimeout = configuration.requestTimeout
        consistency = configuration.consistency
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
        let waiting = streams.values
        streams.removeAll()
        for case .awaited(let reply) in waiting { reply.complete(.failure(error), on: loop) }
        bulkReceiver?.bulkConnectionFailed(error)
        bulkReceiver = nil
        eventObserver = nil
    }

    /// An error of the transport as one of this connection.
    func lost(_ error: TransportError) -> CQLConnectionError {
        CQLConnectionError(error == .cancelled ? .cancelled : .connectionLost(error), peer: peer)
    }
}

/// A request's place to be answered.
final class PendingReply {
    private(set) var result: Result<Frame, CQLConnectionError>?
    private var waiter: UInt64?

    /// The task that waits for the answer.
    func awaited(by waiter: UInt64) { self.waiter = waiter }

    /// Leaves the answer and wakes the task.
    func complete(_ result: Result<Frame, CQLConnectionError>, on loop: EventLoop) {
        self.result = result
        if let waiter { loop.resumeWaiter(waiter) }
    }
}
