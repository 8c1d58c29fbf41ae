/// A condition on one event loop: a task waits until another piece of code on the same loop says that something changed.
///
/// Nothing is remembered: the waiter looks at its condition, waits without suspending in between, and looks again.
package final class LoopSignal {
    private let loop: EventLoop
    private var waiters: [UInt64] = []

    package init(on loop: EventLoop) { self.loop = loop }

    /// Suspends until `signal()`.
    ///
    /// - Parameters:
    ///   - deadline: when to give up; nil waits forever.
    ///   - operation: what is waited for, as the error names it.
    ///   - peer: who is waited for.
    /// - Throws: `TransportError`: timed out or cancelled.
    nonisolated(nonsending)
        package func wait(
            until deadline: ContinuousClock.Instant? = nil,
            operation: String,
            peer: String
        ) async throws(TransportError)
    {
        let reason = await loop.waitForSignal(until: deadline) { waiters.append($0) }
        switch reason {
        case .ready: return
        case .timedOut: throw .timedOut(operation: operation, peer: peer)
        case .cancelled: throw .cancelled
        }
    }

    /// Wakes everyone who waits now; on the loop's thread only.
    package func signal() {
        guard !waiters.isEmpty else { return }
        let woken = waiters
        waiters.removeAll(keepingCapacity: true)
        for id in woken { loop.resumeWaiter(id) }
    }
}
