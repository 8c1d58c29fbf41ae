import Synchronization

/// What other threads leave for an event loop: jobs to run, waiters to wake, descriptors to forget.
///
/// A producer pays for a wake-up only when the loop has published that it sleeps.
final class Inbox: @unchecked Sendable {
    // Sendable: the arrays are touched under `mutex` only, the flags are atomic.
    private let mutex = PosixMutex()
    private var jobs: [UnownedJob] = []
    private var wakes: [(id: UInt64, reason: WakeReason)] = []
    private var abandoned: [UInt64] = []
    private let filled = Atomic<Bool>(false)
    private let sleeping = Atomic<Bool>(false)

    /// Leaves a job; true when the loop sleeps and must be woken.
    func post(job: UnownedJob) -> Bool {
        mutex.withLock {
            jobs.append(job)
            filled.store(true, ordering: .relaxed)
        }
        return claimWakeUp()
    }

    /// Asks for a waiter to be resumed; true when the loop must be woken.
    func post(wake id: UInt64, _ reason: WakeReason) -> Bool {
        mutex.withLock {
            wakes.append((id, reason))
            filled.store(true, ordering: .relaxed)
        }
        return claimWakeUp()
    }

    /// Asks for a registration to be forgotten and its descriptor closed; true when the loop must be woken.
    func post(abandoned id: UInt64) -> Bool {
        mutex.withLock {
            abandoned.append(id)
            filled.store(true, ordering: .relaxed)
        }
        return claimWakeUp()
    }

    private func claimWakeUp() -> Bool { sleeping.exchange(false, ordering: .sequentiallyConsistent) }

    /// What arrived besides jobs.
    struct Requests {
        var wakes: [(id: UInt64, reason: WakeReason)] = []
        var abandoned: [UInt64] = []
    }

    /// Moves jobs to the end of the loop's own list and returns the rest, nil when nothing arrived.
    ///
    /// Loop thread only.
    ///
    /// The requests are returned, not acted upon: resuming a waiter appends to the very list that is lent here.
    func drain(into ready: inout [UnownedJob]) -> Requests? {
        guard filled.load(ordering: .relaxed) else { return nil }
        return mutex.withLock {
            ready.append(contentsOf: jobs)
            jobs.removeAll(keepingCapacity: true)
            let requests = Requests(wakes: wakes, abandoned: abandoned)
            wakes = []
            abandoned = []
            filled.store(false, ordering: .relaxed)
            return requests
        }
    }

    /// Publishes that the loop is about to sleep; false when something has arrived in the meantime.
    ///
    /// The store comes before the last look, and producers fill before they look at the flag (Dekker), so one of
    /// the two always sees the other.
    func prepareToSleep() -> Bool {
        sleeping.store(true, ordering: .sequentiallyConsistent)
        let isEmpty = mutex.withLock { jobs.isEmpty && wakes.isEmpty && abandoned.isEmpty }
        if !isEmpty { sleeping.store(false, ordering: .relaxed) }
        return isEmpty
    }

    /// Publishes that the loop is awake.
    func wokeUp() { sleeping.store(false, ordering: .sequentiallyConsistent) }
}
