/// Where a thread leaves its result for the task that may have stopped waiting.
private final class Outcome<T: Sendable>: @unchecked Sendable {
    // Sendable: `value` is touched under `mutex` only.
    private let mutex = PosixMutex()
    private var value: T?

    func store(_ value: T) { mutex.withLock { self.value = value } }
    func take() -> T? { mutex.withLock { value } }
}

extension EventLoop {
    /// Runs `body`, which may block, on a thread of its own, and suspends until it returns.
    ///
    /// A task that stops waiting leaves the thread to its call; who can end the call early does so when this throws.
    ///
    /// - Throws: `TransportError`: timed out, cancelled, or the syscall that failed to make the thread.
    nonisolated(nonsending)
        package func blockingCall<T: Sendable>(
            _ operation: String,
            of peer: String,
            until deadline: ContinuousClock.Instant? = nil,
            _ body: @escaping @Sendable () -> T
        ) async throws(TransportError) -> T
    {
        let outcome = Outcome<T>()
        var failure: SyscallError?
        let reason = await waitForSignal(until: deadline) { id in
            do throws(SyscallError) {
                try spawnThread { [self] in
                    outcome.store(body())
                    signal(waiter: id, .ready)
                }
            } catch {
                failure = error
                signal(waiter: id, .ready)
            }
        }
        if let failure { throw .syscall(failure, peer: peer) }
        switch reason {
        case .cancelled: throw .cancelled
        case .timedOut: throw .timedOut(operation: operation, peer: peer)
        case .ready:
            guard let value = outcome.take() else { throw .cancelled }
            return value
        }
    }
}
