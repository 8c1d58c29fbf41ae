import SchemaTranslation
import WireKit

/// The loop over the target's rows: pages of a SELECT in the plan's column order are canonical rows already.
struct TargetRowLoop: ~Copyable {
    private let shape: RowShape

    init(_ plan: TablePlan, key: DigestKey) { shape = RowShape(plan, key: key) }

    /// Gives every row of a page to `sink`.
    ///
    /// - Parameters:
    ///   - content: the rows' values, row after row.
    ///   - rowCount: the rows that the page announced.
    ///   - columnCount: the columns that it announced.
    ///   - sink: takes the rows.
    /// - Throws: `WireError` when the page does not hold what it announced.
    func consume(
        _ content: ArraySlice<UInt8>,
        rowCount: Int,
        columnCount: Int,
        into sink: inout some CanonicalRowSink
    ) throws(WireError) {
        guard columnCount == shape.columnCount else {
            let rule = "\(shape.columnCount) columns expected, \(columnCount) received"
            throw WireError(.invalidValue(rule), field: "rows metadata", offset: 0)
        }
        let (taken, isExact) = content.withUnsafeBytes { buffer in
            guard var row = buffer.baseAddress else { return (0, true) }
            let end = row + buffer.count
            var taken = 0
            while taken < rowCount, let found = shape.row(at: row, before: end) {
                sink.take(row, found)
                row += found.byteCount
                taken += 1
            }
            return (taken, row == end)
        }
        if taken != rowCount || !isExact {
            let rule = "\(rowCount) rows announced, \(taken) found"
            throw WireError(.invalidValue(rule), field: "rows content", offset: 0)
        }
    }
}
