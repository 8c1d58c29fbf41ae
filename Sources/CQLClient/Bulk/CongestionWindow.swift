/// How many requests may be in flight on one connection: additive increase, multiplicative decrease.
///
/// A server that sheds load, times out or takes very long is given less; answers that come well open the window again.
/// A value without clocks: times are measured elsewhere.
package struct CongestionWindow: Equatable, Sendable {
    /// Answers that take longer are taken for a server that is falling behind: half of what servers by default allow a
    /// write to take among themselves (`write_request_timeout_in_ms`), beyond which they fail it.
    package static let slowAnswer = Duration.seconds(1)
    /// The window is not made smaller than this.
    package static let smallest = 16

    /// The most requests that it can ever be.
    package let maximum: Int
    /// Requests that may be in flight at once.
    package private(set) var limit: Int
    /// The least that it has been.
    package private(set) var narrowest: Int
    private var isSlow = false
    private var acknowledgedSinceDecrease = 0
    private var acknowledgedSinceIncrease = 0

    package init(maximum: Int) {
        self.maximum = maximum
        limit = maximum
        narrowest = maximum
    }

    /// Notes `count` good answers; every window full of them lets one sixteenth more in, while they come soon enough.
    package mutating func acknowledged(_ count: Int) {
        acknowledgedSinceDecrease += count
        guard limit < maximum, !isSlow else { return }
        acknowledgedSinceIncrease += count
        guard acknowledgedSinceIncrease >= limit else { return }
        acknowledgedSinceIncrease = 0
        limit = min(maximum, limit + max(1, limit / 16))
    }

    /// The server asked for less: half of it.
    package mutating func overloaded() { decrease(to: limit / 2) }

    /// An answer took so long from when its request left.
    package mutating func measured(_ latency: Duration) {
        isSlow = latency > Self.slowAnswer
        if isSlow { decrease(to: limit * 3 / 4) }
    }

    /// Once per window of answers: what is wrong with several requests of one window is one event.
    private mutating func decrease(to wanted: Int) {
        guard acknowledgedSinceDecrease >= limit / 2 || limit == maximum else { return }
        limit = max(min(Self.smallest, maximum), wanted)
        narrowest = min(narrowest, limit)
        acknowledgedSinceDecrease = 0
        acknowledgedSinceIncrease = 0
    }
}
