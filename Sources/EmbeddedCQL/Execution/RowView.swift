import CQLWire

/// The row that a SELECT looks at: its key values and cells, wherever they lie.
struct RowView {
    private var keyPage: [UInt8] = []
    private var keyValues: [Range<Int>] = []
    private var keyRange = 0..<0
    private var page: [UInt8] = []
    private var clusteringValues: [Range<Int>] = []
    private var record = RowRecord()

    /// The partition key as a routing key.
    var partitionKey: [UInt8] { Array(keyPage[keyRange]) }

    func isPartition(_ key: [UInt8]) -> Bool {
        ValueOrder.bytes(keyPage, keyRange, key, key.indices) == .same
    }

    func clusteringKey(of table: TableSchema) -> [UInt8] {
        table.clusteringCount == 0 ? [] : Array(page[record.key])
    }

    mutating func enterPartition(_ slot: Int, of table: borrowing TableSchema, in store: borrowing TableStore) {
        let reference = store.keyRecord(ofSlot: slot)
        keyPage = store.arena.page(reference.page)
        keyRange = RowRecord.key(keyPage, at: reference.offset)
        keyValues = RoutingKey.values(of: keyPage, in: keyRange, count: table.partitionKeyCount)
    }

    mutating func enterRow(
        _ reference: RecordReference,
        of table: borrowing TableSchema,
        in store: borrowing TableStore
    ) {
        page = store.arena.page(reference.page)
        record.decode(page, at: reference.offset)
        if table.clusteringCount > 0 { clusteringValues = ClusteringOrder.values(of: page, in: record.key) }
    }

    /// Whether the row exists: it was inserted, or one of the table's columns has a value.
    func isLive(among cells: [Int]) -> Bool {
        if record.marker != nil { return true }
        for cell in cells where cell < record.cells.count {
            if case .value = record.cells[cell].state { return true }
        }
        return false
    }

    /// The bytes and the place of a column's value; nil for null.
    func value(of column: Column) -> (bytes: [UInt8], range: Range<Int>)? {
        switch column.kind {
        case .partitionKey(let position): return (keyPage, keyValues[position])
        case .clustering(let position, _): return (page, clusteringValues[position])
        case .regular(let cell):
            guard cell < record.cells.count, case .value(let range) = record.cells[cell].state else { return nil }
            return (page, range)
        }
    }

    /// When a cell's value was written; nil without one.
    func timestamp(ofCell cell: Int) -> Int64? {
        guard cell < record.cells.count, case .value = record.cells[cell].state else { return nil }
        return record.cells[cell].timestamp
    }
}

/// The conditions of a SELECT with the values that they compare with.
struct RowMatcher {
    private struct Condition {
        let column: Column
        /// Nil: one of `values`.
        let comparison: Relation.Operator?
        let values: [Range<Int>]
    }

    private let conditions: [Condition]
    private let bytes: [UInt8]

    /// - Throws: `StatementError` (invalid) for null, unset, and bytes that are no value of a column.
    init(_ filters: [RowFilter], _ running: RunningValues) throws(StatementError) {
        bytes = running.bytes
        var conditions: [Condition] = []
        for filter in filters {
            switch filter.condition {
            case .compare(let comparison, let source):
                let value = try KeyRestriction.value(source, for: filter.column, running)
                conditions.append(Condition(column: filter.column, comparison: comparison, values: [value]))
            case .among(let restriction):
                let values = try restriction.values(for: filter.column, running)
                conditions.append(Condition(column: filter.column, comparison: nil, values: values))
            }
        }
        self.conditions = conditions
    }

    /// Whether the row meets all conditions; null meets none.
    func matches(_ row: borrowing RowView) -> Bool {
        for condition in conditions {
            guard let value = row.value(of: condition.column) else { return false }
            let holds = condition.values.contains { wanted in
                let order = ValueOrder.compare(condition.column.type, value.bytes, value.range, bytes, wanted)
                switch condition.comparison {
                case nil, .equal: return order == .same
                case .less: return order == .ascending
                case .lessOrEqual: return order != .descending
                case .greater: return order == .descending
                case .greaterOrEqual: return order != .ascending
                case .notEqual: return order != .same
                }
            }
            if !holds { return false }
        }
        return true
    }
}
