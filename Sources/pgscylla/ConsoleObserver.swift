import Migration
import PosixIO

/// Shows progress on standard error: a line that is drawn over itself on a terminal, plain lines elsewhere.
final class ConsoleObserver: RunObserver, @unchecked Sendable {
    // Sendable: the renderer is touched under `mutex` only.
    private let mutex = PosixMutex()
    private var renderer: ProgressRenderer

    init() {
        let width = StandardStream.error.terminalWidth
        renderer = ProgressRenderer(style: width.map { .terminal(width: $0) } ?? .lines(every: .seconds(5)))
    }

    func noted(_ message: String) {
        mutex.withLock { StandardStream.error.write(renderer.clearing() + "pgscylla: \(message)\n") }
    }

    func progressed(_ snapshot: ProgressSnapshot) {
        mutex.withLock {
            if let text = renderer.text(for: snapshot) { StandardStream.error.write(text) }
        }
    }

    /// Leaves the terminal clean for what is printed next.
    func finish() {
        mutex.withLock { StandardStream.error.write(renderer.clearing()) }
    }
}
