import Synchronization

/// The counters of one table, raised by its readers and read by whoever reports.
package final class TableProgress: Sendable {
    private let acknowledged = Atomic<Int>(0)
    private let rejected = Atomic<Int>(0)
    private let floored = Atomic<Int>(0)
    private let splitsDone = Atomic<Int>(0)

    package init() {}

    /// Rows that the target has answered for.
    package var rowCount: Int { acknowledged.load(ordering: .relaxed) }
    /// Rows that it cannot hold.
    package var rejectedRowCount: Int { rejected.load(ordering: .relaxed) }
    /// Timestamps whose microseconds were cut.
    package var flooredValueCount: Int { floored.load(ordering: .relaxed) }
    /// Splits that are copied.
    package var finishedSplitCount: Int { splitsDone.load(ordering: .relaxed) }

    func add(rows: Int = 0, rejected rejectedRows: Int = 0, floored flooredValues: Int = 0) {
        if rows != 0 { acknowledged.add(rows, ordering: .relaxed) }
        if rejectedRows != 0 { rejected.add(rejectedRows, ordering: .relaxed) }
        if flooredValues != 0 { floored.add(flooredValues, ordering: .relaxed) }
    }

    func finishSplit() { splitsDone.add(1, ordering: .relaxed) }
}
