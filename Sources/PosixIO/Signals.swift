#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// SIGINT and SIGTERM as events instead of sudden death.
package enum InterruptSignals {
    /// Calls `received` on a thread of its own for each SIGINT or SIGTERM.
    ///
    /// To be called first in `main`: threads started later inherit the signal mask (sigwait(3)).
    ///
    /// - Throws: `SyscallError` when the thread cannot be made.
    package static func watch(_ received: @escaping @Sendable (Int32) -> Void) throws(SyscallError) {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let watched = signals
        try spawnThread {
            var watched = watched
            var number: Int32 = 0
            while sigwait(&watched, &number) == 0 { received(number) }
        }
    }
}
