import Synchronization

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// One OS thread that runs jobs and polls descriptors: the executor of every actor and task that touches a socket.
///
/// An actor whose `unownedExecutor` is a loop, and a task added with `executorPreference: loop`, run on the loop's
/// thread only; awaiting a socket of the same loop suspends and resumes there, without a thread hop. Jobs enqueued
/// from the loop's own thread cost neither lock nor system call.
///
/// The thread starts with `init` and keeps the loop alive until `stop()`, to be called when no task needs it any more.
package final class EventLoop: SerialExecutor, TaskExecutor, @unchecked Sendable {
    // Sendable: `inbox`, `thread`, `stopping` and `wakeUp` may be used from any thread. All other state belongs to
    // the loop's thread: it is reached from `run()` and from methods that assert `isOnLoop`.
    package let name: String
    private let inbox = Inbox()
    private let thread = Atomic<UInt>(0)
    private let stopping = Atomic<Bool>(false)
    private let wakeUp: WakeUpPipe

    private var ready: [UnownedJob] = []
    private var running: [UnownedJob] = []
    private var fired: [(Registration, Interest)] = []
    private var pollSet: PollSet
    private var timers: [Waiter] = []
    var alarmClock = AlarmClock()
    private let nextID = Atomic<UInt64>(1)

    /// Creates the loop and starts its thread.
    ///
    /// - Throws: `SyscallError` when the wake-up pipe or the thread cannot be made.
    package init(name: String) throws(SyscallError) {
        ignoreBrokenPipeSignal()
        self.name = name
        wakeUp = try WakeUpPipe()
        pollSet = PollSet(wakeUp: wakeUp.readEnd)
        try startThread { loop in loop.run() }
    }

    private func startThread(_ body: @escaping @Sendable (EventLoop) -> Void) throws(SyscallError) {
        try spawnThread { [self] in
            thread.store(currentThreadIdentity(), ordering: .relaxed)
            body(self)
        }
    }

    /// Whether the caller runs on this loop's thread.
    package var isOnLoop: Bool { thread.load(ordering: .relaxed) == currentThreadIdentity() }

    /// Ends the thread after the jobs that are ready now.
    ///
    /// Sockets of the loop are closed with it.
    package func stop() {
        stopping.store(true, ordering: .releasing)
        wakeUp.signal()
    }

    // MARK: Executor

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isOnLoop {
            ready.append(job)
        } else if inbox.post(job: job) {
            wakeUp.signal()
        }
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
    package func asUnownedTaskExecutor() -> UnownedTaskExecutor { UnownedTaskExecutor(ordinary: self) }
    package func checkIsolated() { precondition(isOnLoop, "not on the event loop \(name)") }
    package func isIsolatingCurrentContext() -> Bool? { isOnLoop }

    // MARK: The thread

    private func run() {
        while true {
            runReadyJobs()
            if stopping.load(ordering: .acquiring), ready.isEmpty { return }
            waitForEvents()
        }
    }

    /// Runs jobs for a bounded number of rounds, so that sockets cannot starve behind jobs that keep yielding; the
    /// inbox is drained in every round, so that other threads' jobs cannot either.
    private func runReadyJobs() {
        let serial = asUnownedSerialExecutor()
        let task = asUnownedTaskExecutor()
        for _ in 0..<64 {
            if let requests = inbox.drain(into: &ready) {
                for (id, reason) in requests.wakes { resume(waiter: id, reason) }
                for id in requests.abandoned { forget(id: id) }
            }
            if ready.isEmpty { return }
            swap(&ready, &running)
            for job in running { job.runSynchronously(isolatedTo: serial, taskExecutor: task) }
            running.removeAll(keepingCapacity: true)
        }
    }

    private func waitForEvents() {
        var timeout: Int32 = 0
        if ready.isEmpty, !stopping.load(ordering: .acquiring) {
            guard inbox.prepareToSleep() else { return }
            timeout = millisecondsToNextDue()
        }
        let wokenUp = pollSet.poll(timeout: timeout, into: &fired)
        inbox.wokeUp()
        if wokenUp { wakeUp.drain() }
        for registration in pollSet.registrations where registration.hasBufferedInput {
            fired.append((registration, .read))
        }
        // An observer may close other descriptors of this loop: what is no longer registered is passed over.
        for (registration, interest) in fired where registration.slot >= 0 {
            registration.wake(interest)
            pollSet.updateInterest(of: registration)
        }
        fired.removeAll(keepingCapacity: true)
        wakeWhatIsDue()
    }

    // MARK: Deadlines

    private func millisecondsToNextDue() -> Int32 {
        var next: ContinuousClock.Instant?
        func consider(_ instant: ContinuousClock.Instant?) {
            if let instant { next = next.map { min($0, instant) } ?? instant }
        }
        for timer in timers { consider(timer.deadline) }
        consider(alarmClock.nextDeadline)
        for registration in pollSet.registrations {
            if registration.hasBufferedInput, registration.interest.contains(.read) { return 0 }
            for waiter in registration.waiters { consider(waiter.deadline) }
            if registration.interest.contains(.read) { consider(registration.lowWatermarkDue) }
        }
        guard let next else { return -1 }
        let left = ContinuousClock.now.duration(to: next)
        if left <= .zero { return 0 }
        let (seconds, attoseconds) = left.components
        // Rounded up, so that a deadline is not polled for in a busy loop during its last millisecond.
        return Int32(clamping: min(seconds, 100_000) * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
    }

    private func wakeWhatIsDue() {
        let hasDeadlines =
            !timers.isEmpty || !alarmClock.isEmpty
            || pollSet.registrations.contains {
                $0.lowWatermarkDue != nil || $0.waiters.contains { $0.deadline != nil }
            }
        guard hasDeadlines else { return }
        let now = ContinuousClock.now
        func isDue(_ waiter: Waiter) -> Bool { waiter.deadline.map { $0 <= now } ?? false }
        while let index = timers.firstIndex(where: isDue) {
            timers.remove(at: index).continuation.resume(returning: .timedOut)
        }
        for registration in pollSet.registrations {
            if let due = registration.lowWatermarkDue, due <= now {
                registration.lowWatermarkDue = nil
                registration.wake(.read)
            }
            registration.resumeWaiters(where: isDue, .timedOut)
            pollSet.updateInterest(of: registration)
        }
        for body in alarmClock.takeDue(at: now) { body() }
    }

    func makeID() -> UInt64 { nextID.wrappingAdd(1, ordering: .relaxed).newValue }

    // MARK: Registrations (loop thread only)

    /// Adds a descriptor to the poll set.
    func register(_ descriptor: consuming FileDescriptor) -> Registration {
        assert(isOnLoop)
        let id = makeID()
        let registration = Registration(id: id, descriptor: descriptor)
        pollSet.add(registration)
        return registration
    }

    /// Recomputes what is polled after the observers of `registration` changed.
    func interestChanged(_ registration: Registration) {
        assert(isOnLoop)
        pollSet.updateInterest(of: registration)
    }

    /// Forgets a descriptor from whatever thread its owner ended on; those who still wait for it are cancelled.
    func abandon(id: UInt64) {
        if isOnLoop {
            forget(id: id)
        } else if inbox.post(abandoned: id) {
            wakeUp.signal()
        }
    }

    private func forget(id: UInt64) {
        guard let registration = pollSet.registration(id: id) else { return }
        registration.readObserver = nil
        registration.writeObserver = nil
        registration.resumeWaiters(where: { _ in true }, .cancelled)
        pollSet.remove(registration)
        // Now, not when the last reference goes: the peer must learn of it.
        registration.descriptor.close()
    }

    // MARK: Waiting

    /// Suspends until `registration` is ready for one of `interest`, the deadline passes or the task is cancelled.
    ///
    /// - Parameters:
    ///   - interest: what is waited for.
    ///   - registration: the descriptor.
    ///   - deadline: when to give up; nil waits forever.
    ///   - outlastsCancellation: whether the task's cancellation is no reason to stop waiting.
    /// - Returns: how the wait ended.
    nonisolated(nonsending)
        func wait(
            for interest: Interest,
            on registration: Registration,
            until deadline: ContinuousClock.Instant?,
            outlastsCancellation: Bool = false
        ) async -> WakeReason
    {
        assert(isOnLoop)
        guard registration.slot >= 0 else { return .cancelled }
        let id = makeID()
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                assert(isOnLoop)
                // A cancellation that came first has signalled an id that nobody waited for yet.
                if Task.isCancelled, !outlastsCancellation { return continuation.resume(returning: .cancelled) }
                registration.waiters.append(
                    Waiter(id: id, interest: interest, deadline: deadline, continuation: continuation)
                )
                pollSet.updateInterest(of: registration)
            }
        } onCancel: {
            if !outlastsCancellation { signal(waiter: id, .cancelled) }
        }
    }

    /// Suspends until `signal(waiter:_:)` is called with the id that `start` gets, the deadline passes or the task is
    /// cancelled.
    nonisolated(nonsending)
        package func waitForSignal(
            until deadline: ContinuousClock.Instant?,
            start: (UInt64) -> Void
        ) async -> WakeReason
    {
        assert(isOnLoop)
        let id = makeID()
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                assert(isOnLoop)
                if Task.isCancelled { return continuation.resume(returning: .cancelled) }
                timers.append(Waiter(id: id, interest: [], deadline: deadline, continuation: continuation))
                start(id)
            }
        } onCancel: {
            signal(waiter: id, .cancelled)
        }
    }

    /// Wakes a waiter of `waitForSignal` from the loop's own thread; one that is gone already is passed over.
    package func resumeWaiter(_ id: UInt64) {
        assert(isOnLoop)
        guard let index = timers.firstIndex(where: { $0.id == id }) else { return }
        timers.remove(at: index).continuation.resume(returning: .ready)
    }

    /// Wakes a waiter, from any thread; one that is gone already is passed over.
    func signal(waiter id: UInt64, _ reason: WakeReason) {
        if inbox.post(wake: id, reason) { wakeUp.signal() }
    }

    private func resume(waiter id: UInt64, _ reason: WakeReason) {
        if let index = timers.firstIndex(where: { $0.id == id }) {
            timers.remove(at: index).continuation.resume(returning: reason)
            return
        }
        for registration in pollSet.registrations {
            registration.resumeWaiters(where: { $0.id == id }, reason)
            pollSet.updateInterest(of: registration)
        }
    }

    /// Suspends for `duration`.
    ///
    /// - Throws: `TransportError.cancelled` when the task is cancelled first.
    nonisolated(nonsending) package func sleep(for duration: Duration) async throws(TransportError) {
        let reason = await waitForSignal(until: ContinuousClock.now + duration) { _ in }
        if case .cancelled = reason { throw .cancelled }
    }
}
