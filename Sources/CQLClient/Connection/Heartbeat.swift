/// When a quiet connection is asked for a sign of life, and when it is given up: a value that is told the time.
///
/// What arrives is counted, not timed: only the connection's owner looks at the clock, now and then.
package struct Heartbeat: Sendable {
    /// What to do about the connection.
    package enum Action: Equatable, Sendable {
        case nothing
        /// Send OPTIONS, which every server answers at any time.
        case ask
        /// Close it: the last question was not answered.
        case giveUp
    }

    /// How long a connection may be quiet, and how long an answer may take.
    private let interval: Duration
    private let patience: Duration
    private var receivedCount = 0
    private var quietSince: ContinuousClock.Instant
    private var askedAt: ContinuousClock.Instant?

    package init(interval: Duration, patience: Duration, now: ContinuousClock.Instant) {
        self.interval = interval
        self.patience = patience
        quietSince = now
    }

    /// Looks at the connection.
    ///
    /// - Parameters:
    ///   - now: the time.
    ///   - count: reads that brought something since the connection was made.
    /// - Returns: what to do.
    package mutating func checked(at now: ContinuousClock.Instant, receivedCount count: Int) -> Action {
        if count != receivedCount {
            receivedCount = count
            quietSince = now
            askedAt = nil
            return .nothing
        }
        if let askedAt { return askedAt + patience <= now ? .giveUp : .nothing }
        guard quietSince + interval <= now else { return .nothing }
        askedAt = now
        return .ask
    }
}
