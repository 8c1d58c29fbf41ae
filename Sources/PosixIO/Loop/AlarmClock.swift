/// Calls that are due at some later time, for code that observes and never waits.
///
/// Touched on the loop's thread only.
struct AlarmClock {
    private struct Alarm {
        let id: UInt64
        let deadline: ContinuousClock.Instant
        let body: () -> Void
    }

    private var alarms: [Alarm] = []

    var isEmpty: Bool { alarms.isEmpty }

    /// When the next one is due.
    var nextDeadline: ContinuousClock.Instant? { alarms.lazy.map(\.deadline).min() }

    mutating func set(_ id: UInt64, at deadline: ContinuousClock.Instant, _ body: @escaping () -> Void) {
        alarms.append(Alarm(id: id, deadline: deadline, body: body))
    }

    mutating func cancel(_ id: UInt64) { alarms.removeAll { $0.id == id } }

    /// Takes out what is due, the earliest first.
    mutating func takeDue(at now: ContinuousClock.Instant) -> [() -> Void] {
        let due = alarms.filter { $0.deadline <= now }
        guard !due.isEmpty else { return [] }
        alarms.removeAll { $0.deadline <= now }
        return due.sorted { ($0.deadline, $0.id) < ($1.deadline, $1.id) }.map(\.body)
    }
}

extension EventLoop {
    /// Calls `body` once on the loop's thread when `delay` has passed, unless that is cancelled by the id returned.
    ///
    /// Loop thread only.
    @discardableResult
    package func schedule(after delay: Duration, _ body: @escaping () -> Void) -> UInt64 {
        let id = makeID()
        alarmClock.set(id, at: ContinuousClock.now + delay, body)
        return id
    }

    /// Forgets a call of `schedule(after:_:)`; one that was made already is passed over.
    package func cancelScheduled(_ id: UInt64) { alarmClock.cancel(id) }
}
