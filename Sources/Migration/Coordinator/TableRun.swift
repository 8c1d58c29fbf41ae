import PosixIO
import SchemaTranslation

/// One table on its way through a run: what its readers share.
final class TableRun: @unchecked Sendable {
    // Sendable: everything that changes is under `mutex`.
    let copy: TableCopy
    let splits: [CopySplit]
    private let mutex = PosixMutex()
    private var failure: MigrationError?
    private var start: ContinuousClock.Instant?
    private var end: ContinuousClock.Instant?

    init(copy: TableCopy, splits: [CopySplit], failure: MigrationError? = nil) {
        self.copy = copy
        self.splits = splits
        self.failure = failure
    }

    /// A reader begins with one of the splits.
    func begin() {
        mutex.withLock { if start == nil { start = .now } }
    }

    /// A reader has finished one of the splits.
    func finish() {
        mutex.withLock { end = .now }
    }

    /// The table cannot be copied; the first reason counts.
    func fail(_ error: MigrationError) {
        mutex.withLock {
            if failure == nil { failure = error }
            end = .now
        }
    }

    /// Whether no split is left, or none will be copied any more.
    var isOver: Bool {
        mutex.withLock { failure != nil } || copy.progress.finishedSplitCount == splits.count
    }

    /// How the table came out.
    var report: TableReport {
        let (failure, duration) = mutex.withLock {
            (self.failure, start.flatMap { start in end.map { start.duration(to: $0) } } ?? .zero)
        }
        return TableReport(
            source: copy.plan.source,
            target: copy.plan.target,
            outcome: failure.map { .failed($0) } ?? .copied,
            rowCount: copy.progress.rowCount,
            rejectedRowCount: copy.progress.rejectedRowCount,
            flooredValueCount: copy.progress.flooredValueCount,
            duration: duration
        )
    }
}
