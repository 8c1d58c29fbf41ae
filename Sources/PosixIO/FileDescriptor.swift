#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The one owner of an open descriptor, which it closes exactly once.
///
/// close(2) is not retried on EINTR: on Linux the descriptor is gone by then.
struct FileDescriptor: ~Copyable {
    /// The number, −1 once it is closed.
    private(set) var rawValue: Int32

    init(owning rawValue: Int32) {
        self.rawValue = rawValue
    }

    deinit { if rawValue >= 0 { _ = closeSystemCall(rawValue) } }

    /// Closes the descriptor before its owner ends.
    mutating func close() {
        guard rawValue >= 0 else { return }
        _ = closeSystemCall(rawValue)
        rawValue = -1
    }

    /// A new descriptor from a call that returns −1 on failure, made non-blocking.
    ///
    /// - Throws: `SyscallError` naming `call` or fcntl(2).
    static func open(_ call: String, _ body: () -> Int32) throws(SyscallError) -> FileDescriptor {
        let rawValue = body()
        guard rawValue >= 0 else { throw .last(call) }
        if let error = makeNonBlocking(rawValue) {
            _ = closeSystemCall(rawValue)
            throw error
        }
        return FileDescriptor(owning: rawValue)
    }

    /// Makes reads and writes return at once (fcntl(2), O_NONBLOCK) and keeps the descriptor from child processes.
    static func makeNonBlocking(_ rawValue: Int32) -> SyscallError? {
        let flags = fcntl(rawValue, F_GETFL)
        guard flags >= 0, fcntl(rawValue, F_SETFL, flags | O_NONBLOCK) >= 0, fcntl(rawValue, F_SETFD, FD_CLOEXEC) >= 0
        else { return .last("fcntl") }
        return nil
    }
}

private func closeSystemCall(_ descriptor: Int32) -> Int32 { close(descriptor) }
