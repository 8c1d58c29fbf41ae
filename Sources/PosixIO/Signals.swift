import Synchronization

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// SIGINT and SIGTERM as events instead of sudden death.
package enum InterruptSignals {
    /// Calls `received` on a thread of its own for each SIGINT or SIGTERM, for the rest of the process.
    ///
    /// A handler that writes to a pipe, rather than a thread in sigwait(3): that needs the signals blocked in every
    /// thread, and the main thread of a Swift program unblocks them all while it waits for its asynchronous `main`.
    ///
    /// - Throws: `SyscallError` when the pipe or the thread cannot be made.
    package static func watch(_ received: @escaping @Sendable (Int32) -> Void) throws(SyscallError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .last("pipe") }
        let (readEnd, writeEnd) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        try spawnThread {
            // Whoever started us may have left the signals blocked; one thread that takes them is enough.
            var signals = sigset_t()
            sigemptyset(&signals)
            sigaddset(&signals, SIGINT)
            sigaddset(&signals, SIGTERM)
            pthread_sigmask(SIG_UNBLOCK, &signals, nil)
            var number: UInt8 = 0
            while true {
                let count = read(readEnd, &number, 1)
                if count == 1 { received(Int32(number)) }
                if count == 0 || count < 0 && errno != EINTR { return }
            }
        }
        interruptPipe.store(writeEnd, ordering: .releasing)
        for number in [SIGINT, SIGTERM] { _ = signal(number, interruptReceived) }
    }
}

/// Where the handler writes, initialised before the handler is installed.
private let interruptPipe = Atomic<Int32>(-1)

/// Runs between two instructions of any thread: it may only do what signal-safety(7) allows.
private func interruptReceived(_ number: Int32) {
    let saved = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(interruptPipe.load(ordering: .acquiring), &byte, 1)
    errno = saved
}
