#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What the process reads its answers from.
package enum StandardInput {
    /// Whether somebody can be asked (isatty(3)).
    package static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    /// The next line, without its end; nil when there is none.
    ///
    /// A task that is cancelled stops waiting at once.
    ///
    /// - Throws: `TransportError`: cancelled, or the syscall that failed.
    nonisolated(nonsending)
        package static func line(on loop: EventLoop) async throws(TransportError) -> String?
    {
        try await loop.blockingCall("reading", of: "standard input") { readLine() }
    }
}
