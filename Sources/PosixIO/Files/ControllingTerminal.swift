#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The terminal that the process was started from (tty(4)).
package enum ControllingTerminal {
    /// Whether somebody is there to answer: standard input comes from a terminal (isatty(3)).
    package static var isAttended: Bool { isatty(STDIN_FILENO) == 1 }

    /// Asks for a line that is not shown while it is typed.
    ///
    /// The terminal is as before afterwards, also when the task is cancelled; until then, the keys that stop or abort a
    /// process without asking it have no effect, for they would leave the terminal mute.
    ///
    /// - Parameters:
    ///   - prompt: written before the answer.
    ///   - loop: the loop that the caller runs on.
    /// - Returns: the line without its end; `nil` when the input ended instead.
    /// - Throws: `TransportError` when there is no terminal, or the task was cancelled.
    nonisolated(nonsending)
        package static func readSecret(prompt: String, on loop: EventLoop) async throws(TransportError) -> String?
    {
        let terminal = try opened()
        let rawValue = terminal.rawValue
        var settings = termios()
        guard tcgetattr(rawValue, &settings) == 0 else { throw failure("tcgetattr") }
        let registration = loop.register(terminal)
        defer { loop.abandon(id: registration.id) }
        var muted = settings
        muted.c_lflag &= ~tcflag_t(ECHO)
        withUnsafeMutableBytes(of: &muted.c_cc) { keys in
            for key in [VQUIT, VSUSP] { keys[Int(key)] = disabledKey }
        }
        // What was typed before the question is not an answer to it.
        guard tcsetattr(rawValue, TCSAFLUSH, &muted) == 0 else { throw failure("tcsetattr") }
        defer {
            _ = tcsetattr(rawValue, TCSAFLUSH, &settings)
            writeText("\n", to: rawValue)
        }
        writeText(prompt, to: rawValue)
        return try await line(of: registration, on: loop)
    }

    private static func opened() throws(TransportError) -> FileDescriptor {
        do throws(SyscallError) {
            return try FileDescriptor.open("open") { open("/dev/tty", O_RDWR | O_NOCTTY) }
        } catch {
            throw .syscall(error, peer: "/dev/tty")
        }
    }

    nonisolated(nonsending)
        private static func line(
            of registration: Registration,
            on loop: EventLoop
        ) async throws(TransportError) -> String?
    {
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1024)
        while true {
            guard await loop.wait(for: .read, on: registration, until: nil) == .ready else { throw .cancelled }
            let count = buffer.withUnsafeMutableBytes {
                read(registration.descriptor.rawValue, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EAGAIN || errno == EINTR { continue }
            guard count >= 0 else { throw failure("read") }
            line += buffer.prefix(count)
            let end = line.firstIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
            guard end != nil || count == 0 else { continue }
            if count == 0, line.isEmpty { return nil }
            return String(decoding: line[..<(end ?? line.endIndex)], as: UTF8.self)
        }
    }

    private static func failure(_ call: String) -> TransportError { .syscall(.last(call), peer: "/dev/tty") }
}

/// What stands for no key (`_POSIX_VDISABLE`, which is no constant that Swift can import).
#if canImport(Darwin)
private let disabledKey: UInt8 = 0xFF
#else
private let disabledKey: UInt8 = 0
#endif

/// Writes a few words; a terminal that takes none of them would not be read either.
private func writeText(_ text: String, to descriptor: Int32) {
    _ = Array(text.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
}
