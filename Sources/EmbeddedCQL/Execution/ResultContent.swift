import CQLWire

/// The rows of a result, as the protocol has them.
struct ResultContent {
    private struct SortedRow {
        let clusteringKey: [UInt8]
        let content: [UInt8]
    }

    private let isSorted: Bool
    private var content: [UInt8] = []
    private var sorted: [SortedRow] = []
    private(set) var rowCount = 0

    /// No rows yet; `isSorted` tells whether they are to be sorted at the end.
    init(isSorted: Bool) {
        self.isSorted = isSorted
    }

    /// Appends a row.
    ///
    /// - Throws: `StatementError` when a function refuses its arguments.
    mutating func append(
        _ outputs: [SelectExpression],
        _ row: borrowing RowView,
        _ table: TableSchema,
        _ aggregates: [[UInt8]?],
        _ running: RunningValues,
        _ environment: RunEnvironment
    ) throws(StatementError) {
        for index in outputs.indices {
            if case .column(let column) = outputs[index] {
                guard let value = row.value(of: column) else {
                    content.appendLength(-1)
                    continue
                }
                content.appendLength(value.range.count)
                content.append(contentsOf: value.bytes[value.range])
            } else {
                let value = try outputs[index].value(row, aggregates, running, environment)
                content.appendLength(value?.count ?? -1)
                if let value { content.append(contentsOf: value) }
            }
        }
        rowCount += 1
        guard isSorted else { return }
        sorted.append(SortedRow(clusteringKey: row.clusteringKey(of: table), content: content))
        content.removeAll()
    }

    /// All rows and their number; `order` is that of the clustering columns, or its reverse.
    func finished(order: (ClusteringOrder, isReversed: Bool)?, limit: Int32) -> (content: [UInt8], rowCount: Int) {
        guard isSorted, let order else { return (content, rowCount) }
        let wanted: ValueOrder.Result = order.isReversed ? .descending : .ascending
        // Enumerated, so that rows of the same key stay in the order of their partitions.
        let rows = sorted.enumerated().sorted { left, right in
            let (a, b) = (left.element.clusteringKey, right.element.clusteringKey)
            let result = order.0.compare(a, a.indices, b, b.indices)
            return result == .same ? left.offset < right.offset : result == wanted
        }
        let kept = rows.prefix(Int(limit))
        return (kept.flatMap(\.element.content), kept.count)
    }
}

extension [UInt8] {
    /// The length before a value, −1 for null; no value is as long as 2 GiB.
    fileprivate mutating func appendLength(_ length: Int) {
        let bits = UInt32(truncatingIfNeeded: length)
        append(UInt8(truncatingIfNeeded: bits >> 24))
        append(UInt8(truncatingIfNeeded: bits >> 16))
        append(UInt8(truncatingIfNeeded: bits >> 8))
        append(UInt8(truncatingIfNeeded: bits))
    }
}
