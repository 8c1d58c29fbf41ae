import CQLWire

/// One run of a SELECT: walks partitions and rows, checks them, and writes what is selected.
struct SelectRun {
    private let plan: SelectPlan
    private let running: RunningValues
    private let options: RunOptions
    private let store: TableStore
    private let matcher: RowMatcher
    private let prefix: [UInt8]
    private let liveCells: [Int]
    private let perPartitionLimit: Int32
    private let resumption: PagingPosition?
    private let pageSize: Int

    private var remaining: Int32
    private var remainingInPartition: Int32
    private var content: [UInt8] = []
    private var rowCount = 0
    private var counts: [Int64]
    private var row = RowView()

    /// Checks the values that the run starts with.
    ///
    /// - Throws: `StatementError` for values, limits and paging states that a server refuses.
    init(
        _ plan: SelectPlan,
        _ bound: BoundValues,
        _ options: RunOptions,
        _ store: TableStore
    ) throws(StatementError) {
        self.plan = plan
        self.options = options
        self.store = store
        running = RunningValues(bound, constants: plan.constants)
        matcher = try RowMatcher(plan.filters, running)
        liveCells = plan.table.regular.compactMap(\.cell)
        counts = [Int64](repeating: 0, count: plan.outputs.count)
        var prefix: [UInt8] = []
        for (source, column) in zip(plan.clusteringPrefix, plan.table.clustering) {
            let value = try KeyRestriction.value(source, for: column, running)
            prefix.appendVariableLength(value.count)
            prefix.append(contentsOf: running.bytes[value])
        }
        self.prefix = prefix
        if options.pageSize == 0 { throw StatementError(.protocolViolation, "The page size cannot be 0") }
        let isPaged = !plan.isAggregate && (options.pageSize ?? 0) > 0
        pageSize = isPaged ? Int(options.pageSize ?? .max) : .max
        perPartitionLimit = try Self.limit(plan.perPartitionLimit, running)
        remaining = try Self.limit(plan.limit, running)
        remainingInPartition = perPartitionLimit
        if let state = options.pagingState {
            let position = try PagingPosition(state, clusteringCount: plan.table.clusteringCount)
            remaining = min(remaining, position.remaining)
            resumption = position
        } else {
            resumption = nil
        }
    }

    private static func limit(_ source: ValueSource?, _ running: RunningValues) throws(StatementError) -> Int32 {
        guard let source, let limit = try running.integer(source, Int32.self, "limit") else { return .max }
        guard limit > 0 else { throw .invalid("LIMIT must be strictly positive") }
        return limit
    }

    /// The rows, or one page of them.
    ///
    /// - Throws: `StatementError` for key values that a server refuses.
    mutating func rows() throws(StatementError) -> Rows {
        var partitions = try PartitionWalk(plan, running, store, resumption: resumption)
        var position: PagingPosition?
        scan: while let slot = partitions.next() {
            row.enterPartition(slot, of: plan.table, in: store)
            remainingInPartition = perPartitionLimit
            var walk = RowWalk(store, slot, prefix: prefix, isReversed: plan.isReversed)
            if let resumption, row.isPartition(resumption.partitionKey) {
                remainingInPartition = min(perPartitionLimit, resumption.remainingInPartition)
                if plan.isDistinct || !store.isClustered { continue }
                walk.resume(after: resumption.clusteringKey, in: store)
            }
            while remainingInPartition > 0, let reference = walk.next(prefix: prefix, in: store) {
                row.enterRow(reference, of: plan.table, in: store)
                guard row.isLive(among: liveCells), matcher.matches(row) else { continue }
                emit()
                if remaining == 0 { break scan }
                if rowCount == pageSize {
                    position = currentPosition()
                    break scan
                }
                if plan.isDistinct { break }
            }
        }
        if plan.isAggregate { emitCounts() }
        let state = position?.state
        let metadata =
            options.skipsMetadata
            ? RowsMetadata(columnCount: plan.columnSpecs.count, pagingState: state)
            : RowsMetadata(columns: plan.columnSpecs, pagingState: state)
        return Rows(metadata: metadata, rowCount: rowCount, content: content[...])
    }

    private func currentPosition() -> PagingPosition {
        PagingPosition(
            partitionKey: row.partitionKey,
            clusteringKey: row.clusteringKey(of: plan.table),
            remaining: remaining,
            remainingInPartition: remainingInPartition
        )
    }
}

// MARK: - Output

extension SelectRun {
    private mutating func emit() {
        if plan.isAggregate {
            for (index, output) in plan.outputs.enumerated() {
                if case .countColumn(let column) = output, row.value(of: column) == nil { continue }
                counts[index] += 1
            }
            return
        }
        for index in plan.outputs.indices {
            switch plan.outputs[index] {
            case .column(let column):
                guard let value = row.value(of: column) else {
                    content.appendLength(-1)
                    continue
                }
                content.appendLength(value.range.count)
                content.append(contentsOf: value.bytes[value.range])
            case .writeTime(let cell): append(row.timestamp(ofCell: cell))
            case .token: append(Token(routingKey: row.partitionKey).rawValue)
            case .timeToLive, .countRows, .countColumn: content.appendLength(-1)
            }
        }
        rowCount += 1
        remaining -= 1
        remainingInPartition -= 1
    }

    private mutating func append(_ number: Int64?) {
        content.appendLength(number == nil ? -1 : 8)
        if let number { content.appendInt64(number) }
    }

    private mutating func emitCounts() {
        for count in counts { append(count) }
        rowCount = 1
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
