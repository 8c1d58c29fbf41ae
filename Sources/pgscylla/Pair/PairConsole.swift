import DockerEngine
import PosixIO

/// Shows what happens to the pair on standard error: lines that are drawn over themselves on a terminal, plain lines
/// elsewhere.
final class PairConsole: PairObserver, @unchecked Sendable {
    // Sendable: everything is touched under `mutex` only.
    private let mutex = PosixMutex()
    private let width = StandardStream.error.terminalWidth
    private var pulls: PullRenderer
    private var step = ""
    private var hasStatusLine = false

    init() {
        pulls = PullRenderer(style: width.map { .terminal(width: $0) } ?? .lines)
    }

    func noted(_ message: String) {
        mutex.withLock {
            // What has been drawn of pulls stays above.
            pulls.finish()
            write("pgscylla: \(message)\n")
        }
    }

    func pulled(_ image: String, _ progress: PullProgress) {
        mutex.withLock { write(pulls.text(for: progress, of: image)) }
    }

    func began(step: String, number: Int, count: Int) {
        mutex.withLock {
            self.step = "[\(number)/\(count)] \(step)"
            if width == nil { write("\(self.step)\n") } else { status(self.step) }
        }
    }

    func wrote(line: String) {
        mutex.withLock {
            if width == nil { write("  \(line)\n") } else { status("\(step): \(line)") }
        }
    }

    func ended(step: String, outcome: StepOutcome) {
        mutex.withLock {
            switch outcome {
            case .skipped: write("\(self.step): done already\n")
            case .done(let duration): write("\(self.step): done in \(duration.components.seconds) s\n")
            }
        }
    }

    /// Leaves the terminal clean for what is printed next.
    func finish() { mutex.withLock { write("") } }

    private func write(_ text: String) {
        StandardStream.error.write((hasStatusLine ? "\r\u{1B}[K" : "") + text)
        hasStatusLine = false
    }

    /// One line, drawn over the last, without what could move the cursor.
    private func status(_ text: String) {
        let shown = String(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.map { Character($0) })
        StandardStream.error.write("\r\u{1B}[K" + shown.prefix(max(0, (width ?? 80) - 1)))
        hasStatusLine = true
    }
}
