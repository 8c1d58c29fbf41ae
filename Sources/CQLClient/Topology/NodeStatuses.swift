package import PosixIO

/// Which nodes are taken for down, and when each of them is to be tried again: a value that is told the time.
///
/// A node goes down when it cannot be connected to, or when the cluster says so; it comes up when somebody has
/// connected to it.
package struct NodeStatuses: Equatable, Sendable {
    private struct Down: Equatable, Sendable {
        var failureCount: Int
        var probeDue: ContinuousClock.Instant
    }

    private var down: [Endpoint: Down] = [:]

    package init() {}

    /// Whether a node may be used.
    package func isUp(_ endpoint: Endpoint) -> Bool { down[endpoint] == nil }

    /// The nodes that may not be used.
    package var downEndpoints: Set<Endpoint> { Set(down.keys) }

    /// A node could not be reached: it is down, and the next attempt is later than the one before.
    ///
    /// - Parameters:
    ///   - endpoint: the node.
    ///   - now: the time.
    ///   - jitter: a random number in 0..<1.
    /// - Returns: whether it was up until now.
    package mutating func failed(_ endpoint: Endpoint, at now: ContinuousClock.Instant, jitter: Double) -> Bool {
        let failureCount = (down[endpoint]?.failureCount ?? 0) + 1
        let delay = RetryDirective.delay(attempt: failureCount, jitter: jitter)
        let wasUp = down.updateValue(Down(failureCount: failureCount, probeDue: now + delay), forKey: endpoint) == nil
        return wasUp
    }

    /// A node has answered; true when it was down until now.
    package mutating func succeeded(_ endpoint: Endpoint) -> Bool { down.removeValue(forKey: endpoint) != nil }

    /// The cluster says that a node has come up: it is tried now instead of later.
    package mutating func hasten(_ endpoint: Endpoint, at now: ContinuousClock.Instant) {
        down[endpoint]?.probeDue = now
        down[endpoint]?.failureCount = 0
    }

    /// Nodes that left the cluster are forgotten.
    package mutating func keep(only endpoints: Set<Endpoint>) { down = down.filter { endpoints.contains($0.key) } }

    /// The nodes to be tried now.
    package func dueProbes(at now: ContinuousClock.Instant) -> [Endpoint] {
        down.filter { $0.value.probeDue <= now }.map(\.key)
    }

    /// When the next of them is to be tried; nil when all are up.
    package var nextProbe: ContinuousClock.Instant? { down.values.map(\.probeDue).min() }
}
