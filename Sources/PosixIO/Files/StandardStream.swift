#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// One of the two streams that a process writes to, unbuffered: whoever reads sees each line at once.
package struct StandardStream: Sendable {
    private let descriptor: Int32

    /// Results, for people and for the next program in a pipe.
    package static let output = StandardStream(descriptor: STDOUT_FILENO)
    /// Progress, notes and errors, for people.
    package static let error = StandardStream(descriptor: STDERR_FILENO)

    /// Writes all of `text` (write(2)); when nobody reads it any longer, the rest is dropped.
    package func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { writeBytes(descriptor, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }

    /// Writes a line.
    package func print(_ line: String) {
        write(line + "\n")
    }

    /// Columns of the terminal that it is (isatty(3), TIOCGWINSZ); nil for a file or a pipe.
    package var terminalWidth: Int? {
        guard isatty(descriptor) == 1 else { return nil }
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}

/// The system call, whose name the method above shadows.
private func writeBytes(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
