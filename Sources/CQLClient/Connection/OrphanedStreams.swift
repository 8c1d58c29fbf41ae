import CQLWire

/// The streams on which nobody waits any more but the server may still answer, with the time since when.
///
/// Such a stream id is not used again until its answer has come: that would be taken for the answer to another request.
struct OrphanedStreams {
    /// An answer that is overdue for so long is not going to come.
    static let patience = Duration.seconds(1)
    /// So many of them end the connection: the server is in trouble, and stream ids run out.
    static let limit = 1024

    private var since: [StreamID: ContinuousClock.Instant] = [:]

    var count: Int { since.count }

    /// Nobody waits on this stream any more.
    mutating func insert(_ stream: StreamID, at now: ContinuousClock.Instant) { since[stream] = now }

    /// The answer has come after all; false when the stream was no orphan.
    mutating func remove(_ stream: StreamID) -> Bool { since.removeValue(forKey: stream) != nil }

    /// Whether too many answers are overdue for too long.
    func isExcessive(at now: ContinuousClock.Instant) -> Bool {
        guard since.count > Self.limit else { return false }
        return since.values.count { $0 + Self.patience <= now } > Self.limit
    }
}
