#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A number that tells threads apart (pthread_self(3)).
func currentThreadIdentity() -> UInt {
    #if canImport(Darwin)
    UInt(bitPattern: pthread_self())
    #else
    UInt(pthread_self())
    #endif
}

private final class ThreadBody {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Runs `body` on a new detached thread (pthread_create(3)).
///
/// - Throws: `SyscallError` when the thread cannot be made.
func spawnThread(_ body: @escaping @Sendable () -> Void) throws(SyscallError) {
    let box = Unmanaged.passRetained(ThreadBody(body))
    #if canImport(Darwin)
    var thread: pthread_t?
    let status = pthread_create(
        &thread,
        nil,
        { argument in
            Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
            return nil
        },
        box.toOpaque()
    )
    #else
    var thread = pthread_t()
    let status = pthread_create(
        &thread,
        nil,
        { argument in
            if let argument { Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run() }
            return nil
        },
        box.toOpaque()
    )
    #endif
    guard status == 0 else {
        box.release()
        throw SyscallError(errno: status, call: "pthread_create")
    }
    #if canImport(Darwin)
    if let thread { pthread_detach(thread) }
    #else
    pthread_detach(thread)
    #endif
}

/// A write to a closed socket is an error to report, not a signal that ends the process (signal(2), SIGPIPE).
func ignoreBrokenPipeSignal() {
    _ = signal(SIGPIPE, SIG_IGN)
}
