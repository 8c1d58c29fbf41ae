import PosixIO
import SchemaTranslation

/// The splits that are still to be copied, handed out to readers one by one.
///
/// Large tables come first, so that no reader is left alone with the largest at the end.
final class SplitQueue: Sendable {
    /// A split with its table's index in the run.
    struct Entry: Sendable {
        let table: Int
        let split: CopySplit
    }

    private let state: Guarded

    /// Sendable: `entries`, `next` and `cancelledTables` are touched under `mutex` only.
    private final class Guarded: @unchecked Sendable {
        let mutex = PosixMutex()
        let entries: [Entry]
        var next = 0
        var cancelledTables: Set<Int> = []

        init(_ entries: [Entry]) { self.entries = entries }
    }

    init(_ entries: [Entry]) { state = Guarded(entries) }

    /// The next split of a table that has not failed; nil when all are handed out.
    func take() -> Entry? {
        state.mutex.withLock {
            while state.next < state.entries.count {
                let entry = state.entries[state.next]
                state.next += 1
                if !state.cancelledTables.contains(entry.table) { return entry }
            }
            return nil
        }
    }

    /// Hands out no more splits of a table that has failed.
    func cancel(table: Int) {
        state.mutex.withLock { _ = state.cancelledTables.insert(table) }
    }
}
