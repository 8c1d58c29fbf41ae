import CQLWire

/// The row that a statement looks at, at one moment: its key values and cells, wherever they lie.
struct RowView {
    /// Seconds since 1970: what has expired by then is not there.
    let now: Int64
    private var keyPage: [UInt8] = []
    private var keyValues: [Range<Int>] = []
    private var keyRange = 0..<0
    private var page: [UInt8] = []
    private var clusteringValues: [Range<Int>] = []
    private var record = RowRecord()
    private var staticPage: [UInt8] = []
    private var staticRecord = RowRecord()
    /// Without a row, all that is there is the partition key and the static columns.
    private(set) var hasRow = false

    init(now: Int64) {
        self.now = now
    }

    /// The partition key as a routing key.
    var partitionKey: [UInt8] { Array(keyPage[keyRange]) }

    func isPartition(_ key: [UInt8]) -> Bool {
        ValueOrder.bytes(keyPage, keyRange, key, key.indices) == .same
    }

    func clusteringKey(of table: TableSchema) -> [UInt8] {
        table.clusteringCount == 0 || !hasRow ? [] : Array(page[record.key])
    }

    mutating func enterPartition(_ slot: Int, of table: borrowing TableSchema, in store: borrowing TableStore) {
        let reference = store.keyRecord(ofSlot: slot)
        keyPage = store.arena.page(reference.page)
        keyRange = RowRecord.key(keyPage, at: reference.offset)
        keyValues = RoutingKey.values(of: keyPage, in: keyRange, count: table.partitionKeyCount)
        hasRow = false
        staticRecord.cells.removeAll(keepingCapacity: true)
        if table.hasStatics, let reference = store.staticRow(ofSlot: slot) {
            staticPage = store.arena.page(reference.page)
            staticRecord.decode(staticPage, at: reference.offset)
        }
    }

    mutating func enterRow(
        _ reference: RecordReference,
        of table: borrowing TableSchema,
        in store: borrowing TableStore
    ) {
        page = store.arena.page(reference.page)
        record.decode(page, at: reference.offset)
        if table.clusteringCount > 0 { clusteringValues = ClusteringOrder.values(of: page, in: record.key) }
        hasRow = true
    }

    /// Whether the row exists: it was inserted, or one of the table's columns has a value.
    func isLive(among columns: LiveColumns) -> Bool {
        guard hasRow else { return false }
        if let marker = record.marker, marker.isLive(at: now) { return true }
        return Self.hasValue(record, page, columns.regular, now)
    }

    /// Whether a static column has a value.
    func hasStaticValue(among columns: LiveColumns) -> Bool {
        Self.hasValue(staticRecord, staticPage, columns.statics, now)
    }

    private static func hasValue(_ record: RowRecord, _ page: [UInt8], _ numbers: [Int], _ now: Int64) -> Bool {
        for number in numbers where number < record.cells.count {
            let cell = record.cells[number]
            switch cell.state {
            case .value: if cell.liveness.isLive(at: now) { return true }
            case .complex(let range):
                let complex = ComplexCell(pathType: .blob, decoding: page, in: range)
                if complex.elements.contains(where: { $0.isLive(at: now) }) { return true }
            case .absent, .removed: break
            }
        }
        return false
    }
}

/// The columns that make a row exist by having a value: not those that were dropped.
struct LiveColumns: Sendable {
    /// Cell numbers.
    let regular: [Int]
    let statics: [Int]

    init(_ table: TableSchema) {
        regular = table.others.filter { !$0.isStatic }.compactMap(\.cell)
        statics = table.others.filter(\.isStatic).compactMap(\.cell)
    }
}

// MARK: - Values

extension RowView {
    /// The bytes and the place of a column's value; nil for null.
    func value(of column: Column) -> (bytes: [UInt8], range: Range<Int>)? {
        switch column.kind {
        case .partitionKey(let position): return (keyPage, keyValues[position])
        case .clustering(let position, _): return hasRow ? (page, clusteringValues[position]) : nil
        case .regular(let cell):
            guard hasRow else { return nil }
            return value(ofCell: cell, column.type, record, page)
        case .static(let cell): return value(ofCell: cell, column.type, staticRecord, staticPage)
        }
    }

    private func value(
        ofCell cell: Int,
        _ type: ColumnType,
        _ record: RowRecord,
        _ page: [UInt8]
    ) -> (bytes: [UInt8], range: Range<Int>)? {
        guard cell < record.cells.count else { return nil }
        switch record.cells[cell].state {
        case .absent, .removed: return nil
        case .value(let range): return record.cells[cell].liveness.isLive(at: now) ? (page, range) : nil
        case .complex(let range):
            let complex = ComplexCell(pathType: .blob, decoding: page, in: range)
            return complex.value(of: type, at: now).map { ($0, $0.indices) }
        }
    }

    /// When a column's value was written and when it ends; nil without one.
    func liveness(of column: Column) -> Liveness? {
        guard let cell = column.cell else { return nil }
        let record = column.isStatic ? staticRecord : record
        guard column.isStatic || hasRow, cell < record.cells.count, case .value = record.cells[cell].state,
            record.cells[cell].liveness.isLive(at: now)
        else { return nil }
        return record.cells[cell].liveness
    }

    /// The elements of a column that is not frozen, the dead ones too.
    func complexCell(of column: Column) -> ComplexCell? {
        guard let cell = column.cell else { return nil }
        let record = column.isStatic ? staticRecord : record
        guard column.isStatic || hasRow, cell < record.cells.count, case .complex(let range) = record.cells[cell].state
        else { return nil }
        let bytes = column.isStatic ? staticPage : page
        return ComplexCell(pathType: ComplexCell.pathType(of: column.type), decoding: bytes, in: range)
    }
}
