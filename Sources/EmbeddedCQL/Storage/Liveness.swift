/// When something was written, and when it ends.
struct Liveness: Equatable, Sendable {
    /// Microseconds since 1970, as the client or the node's clock gave it.
    var timestamp: Int64
    /// Seconds; 0 for what never expires.
    var timeToLive: Int32 = 0
    /// Seconds since 1970; without meaning when `timeToLive` is 0.
    var expiry: Int64 = 0

    init(_ timestamp: Int64) {
        self.timestamp = timestamp
    }

    init(timestamp: Int64, timeToLive: Int32, expiry: Int64) {
        self.timestamp = timestamp
        self.timeToLive = timeToLive
        self.expiry = timeToLive == 0 ? 0 : expiry
    }

    var isExpiring: Bool { timeToLive != 0 }

    /// Whether it has not ended by `now`, in seconds since 1970.
    func isLive(at now: Int64) -> Bool { timeToLive == 0 || now < expiry }

    /// The order in which servers reconcile what has one timestamp: the expiring beats the lasting, the later end beats
    /// the earlier, the shorter time to live (it was written later) beats the longer.
    ///
    /// It never asks the clock, so replicas agree whenever they compare.
    func order(to other: Liveness) -> ValueOrder.Result {
        if timestamp != other.timestamp { return timestamp < other.timestamp ? .ascending : .descending }
        if isExpiring != other.isExpiring { return isExpiring ? .descending : .ascending }
        if expiry != other.expiry { return expiry < other.expiry ? .ascending : .descending }
        if timeToLive != other.timeToLive { return timeToLive > other.timeToLive ? .ascending : .descending }
        return .same
    }
}
