import PosixIO
import SchemaTranslation
import Synchronization

/// The schedule that all readers of a verification share, with the clocks and counters that it does not have itself.
final class VerificationBoard: @unchecked Sendable {
    // Sendable: everything that changes is under `mutex`, or atomic.
    private let mutex = PosixMutex()
    private var schedule: VerificationSchedule
    private var starts: [Int: ContinuousClock.Instant] = [:]
    private var ends: [Int: ContinuousClock.Instant] = [:]
    private let rowCount = Atomic<Int>(0)
    private let finishedPartCount = Atomic<Int>(0)
    private let start = ContinuousClock.now
    private let partCount: Int
    private let estimatedRowCount: Int?

    init(_ schedule: VerificationSchedule) {
        self.schedule = schedule
        let tables = schedule.tables.filter { !$0.isOver }
        partCount = tables.reduce(0) { $0 + $1.splits.count + $1.ranges.count }
        let estimates = tables.map(\.plan.estimatedRowCount)
        estimatedRowCount = estimates.contains(nil) ? nil : estimates.reduce(0) { $0 + ($1 ?? 0) }
    }

    /// Looks at the schedule, or changes it.
    func update<T>(_ change: (inout VerificationSchedule) -> T) -> T {
        mutex.withLock { change(&schedule) }
    }

    /// The plan of a table.
    func plan(of table: Int) -> TablePlan { mutex.withLock { schedule.tables[table].plan } }

    /// A reader begins with a part of a table.
    func begin(_ table: Int) {
        mutex.withLock { if starts[table] == nil { starts[table] = .now } }
    }

    /// A part of a table was read.
    func finishPart(of table: Int) {
        finishedPartCount.add(1, ordering: .relaxed)
        mutex.withLock { ends[table] = .now }
    }

    /// Rows of either side were read.
    func add(rows count: Int) {
        if count != 0 { rowCount.add(count, ordering: .relaxed) }
    }

    // MARK: Reports

    /// How far the verification is; a row counts when both sides have read it.
    var progress: ProgressSnapshot {
        let (finished, tableCount) = mutex.withLock { (schedule.tables.count(where: \.isOver), schedule.tables.count) }
        // A second reading must not look like more than all.
        let isOver = finished == tableCount
        let finishedSplitCount = min(finishedPartCount.load(ordering: .relaxed), isOver ? partCount : partCount - 1)
        return ProgressSnapshot(
            elapsed: start.duration(to: .now),
            rowCount: rowCount.load(ordering: .relaxed) / 2,
            estimatedRowCount: estimatedRowCount,
            finishedSplitCount: finishedSplitCount,
            splitCount: partCount,
            finishedTableCount: finished,
            tableCount: tableCount
        )
    }

    /// How each table came out.
    var reports: [TableVerification] {
        mutex.withLock {
            schedule.tables.enumerated().map { index, table in
                let duration = starts[index].flatMap { start in ends[index].map { start.duration(to: $0) } }
                let outcome: TableVerification.Outcome =
                    switch table.outcome {
                    case .success(let comparison): .compared(comparison)
                    case .failure(let error): .failed(error)
                    case nil: .failed(MigrationError(.interrupted, "was not read to its end"))
                    }
                return TableVerification(
                    source: table.plan.source,
                    target: table.plan.target,
                    outcome: outcome,
                    duration: duration ?? .zero
                )
            }
        }
    }
}
