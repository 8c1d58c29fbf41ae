import CQLWire

/// One run of a SELECT: walks partitions and rows, checks them, and gathers what is selected.
struct SelectRun {
    private let plan: SelectPlan
    private let running: RunningValues
    private let environment: RunEnvironment
    private let options: RunOptions
    private let store: TableStore
    private let matcher: RowMatcher
    private let ranges: [ClusteringRange]
    private let perPartitionLimit: Int32
    private let resumption: PagingPosition?
    private let pageSize: Int

    private var remaining: Int32
    private var remainingInPartition: Int32
    private var result: ResultContent
    private var groups: GroupRun
    private var row: RowView
    /// Where the page ends, once it has.
    private var position: PagingPosition?

    /// Checks the values that the run starts with.
    ///
    /// - Throws: `StatementError` for values, limits and paging states that a server refuses.
    init(
        _ plan: SelectPlan,
        _ bound: BoundValues,
        _ options: RunOptions,
        _ store: TableStore,
        _ environment: RunEnvironment
    ) throws(StatementError) {
        self.plan = plan
        self.options = options
        self.store = store
        self.environment = environment
        running = try RunningValues(bound, constants: plan.constants) { environment }
        matcher = try RowMatcher(plan.filters, running)
        row = RowView(now: environment.seconds)
        groups = GroupRun(plan)
        ranges = try plan.clustering.ranges(of: plan.table, store.clustering, running)
        if options.pageSize == 0 { throw StatementError(.protocolViolation, "The page size cannot be 0") }
        let isPaged = (options.pageSize ?? 0) > 0
        if plan.sortsPartitions, isPaged {
            throw .invalid(
                "Cannot page queries with both ORDER BY and a IN restriction on the partition key; you must either "
                    + "remove the ORDER BY or the IN and sort client side, or disable paging for this query"
            )
        }
        pageSize = isPaged ? Int(options.pageSize ?? .max) : .max
        perPartitionLimit = try Self.limit(plan.perPartitionLimit, running)
        remaining = try Self.limit(plan.limit, running)
        remainingInPartition = perPartitionLimit
        result = ResultContent(isSorted: plan.sortsPartitions)
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
        scan: while let slot = partitions.next() {
            row.enterPartition(slot, of: plan.table, in: store)
            remainingInPartition = perPartitionLimit
            var last: [UInt8]?
            if let resumption, row.isPartition(resumption.partitionKey) {
                remainingInPartition = min(perPartitionLimit, resumption.remainingInPartition)
                if plan.isDistinct || resumption.clusteringKey.isEmpty { continue }
                last = resumption.clusteringKey
            }
            if try visitPartition(slot, behind: last) { break scan }
            if try finishPartition() { break scan }
        }
        // Without GROUP BY all rows, even none, are one group.
        if plan.isAggregate, plan.grouping.isEmpty { try emitGroup() }
        let order = plan.sortsPartitions ? (store.clustering, plan.isReversed) : nil
        let (content, rowCount) = result.finished(order: order, limit: remaining)
        let state = position?.state
        let metadata =
            options.skipsMetadata
            ? RowsMetadata(columnCount: plan.columnSpecs.count, pagingState: state)
            : RowsMetadata(columns: plan.columnSpecs, pagingState: state)
        return Rows(metadata: metadata, rowCount: rowCount, content: content[...])
    }

    /// Looks at a partition's rows; true when the page is full or the limit reached.
    private mutating func visitPartition(_ slot: Int, behind last: [UInt8]?) throws(StatementError) -> Bool {
        var walk = RowWalk(store, slot, ranges: ranges, isReversed: plan.isReversed, behind: last)
        var hasRows = false
        while remainingInPartition > 0, let reference = walk.next(in: store) {
            row.enterRow(reference, of: plan.table, in: store)
            guard row.isLive(among: plan.liveColumns) else { continue }
            hasRows = true
            if plan.isDistinct { break }
            guard matcher.matches(row) else { continue }
            if try take() { return true }
        }
        if plan.isDistinct {
            let exists = hasRows || (plan.table.hasStatics && row.hasStaticValue(among: plan.liveColumns))
            return exists && matcher.matches(row) ? try take() : false
        }
        guard plan.table.hasStatics, !hasRows, last == nil, plan.reachesWholePartitions else { return false }
        // A partition that has nothing but static columns is one row.
        row.enterPartition(slot, of: plan.table, in: store)
        guard row.hasStaticValue(among: plan.liveColumns), matcher.matches(row) else { return false }
        return try take()
    }

    /// Takes the row that is looked at into the result; true when the page is full or the limit reached.
    private mutating func take() throws(StatementError) -> Bool {
        guard plan.isAggregate else {
            try result.append(plan.outputs, row, plan.table, [], running, environment)
            remaining -= plan.sortsPartitions ? 0 : 1
            remainingInPartition -= 1
            if remaining == 0 { return true }
            guard result.rowCount == pageSize else { return false }
            position = currentPosition()
            return true
        }
        if groups.begins(with: row) {
            try emitGroup()
            if remaining == 0 || remainingInPartition == 0 { return remaining == 0 }
            if result.rowCount == pageSize {
                position = groups.lastPosition
                return true
            }
        }
        try groups.add(row, running, environment)
        if !plan.grouping.isEmpty { groups.lastPosition = currentPosition() }
        return false
    }

    private func currentPosition() -> PagingPosition {
        PagingPosition(
            partitionKey: row.partitionKey,
            clusteringKey: plan.isDistinct ? [] : row.clusteringKey(of: plan.table),
            remaining: remaining,
            remainingInPartition: remainingInPartition
        )
    }
}

// MARK: - Groups

extension SelectRun {
    private mutating func emitGroup() throws(StatementError) {
        try result.append(plan.outputs, row, plan.table, groups.results, running, environment)
        groups.reset()
        remaining -= 1
        remainingInPartition -= 1
        if var last = groups.lastPosition {
            last.remaining = remaining
            last.remainingInPartition = remainingInPartition
            groups.lastPosition = last
        }
    }

    /// Emits the last group of a partition, for no group goes beyond one; true when the page is full or the limit
    /// reached.
    private mutating func finishPartition() throws(StatementError) -> Bool {
        guard !plan.grouping.isEmpty, groups.hasRows else { return false }
        try emitGroup()
        if remaining == 0 { return true }
        guard result.rowCount == pageSize else { return false }
        position = groups.lastPosition
        return true
    }
}

/// The group that a run is in.
struct GroupRun {
    private let plan: SelectPlan
    private var accumulators: [Accumulator] = []
    /// The values of the grouping columns in the group's rows.
    private var key: [[UInt8]?]?
    /// The last row that was added.
    var lastPosition: PagingPosition?

    init(_ plan: SelectPlan) {
        self.plan = plan
        reset()
    }

    var hasRows: Bool { key != nil }

    mutating func reset() {
        accumulators = plan.aggregates.map { Accumulator($0.function) }
        key = nil
    }

    /// Whether the row belongs to another group than the rows so far.
    func begins(with row: borrowing RowView) -> Bool {
        guard let key else { return false }
        return key != values(of: row)
    }

    private func values(of row: borrowing RowView) -> [[UInt8]?] {
        var values: [[UInt8]?] = []
        for column in plan.grouping { values.append(row.value(of: column).map { Array($0.bytes[$0.range]) }) }
        return values
    }

    /// - Throws: `StatementError` when a function refuses its arguments.
    mutating func add(
        _ row: borrowing RowView,
        _ running: RunningValues,
        _ environment: RunEnvironment
    ) throws(StatementError) {
        if key == nil { key = values(of: row) }
        for (index, aggregate) in plan.aggregates.enumerated() {
            try accumulators[index].add(try aggregate.argument?.value(row, [], running, environment))
        }
    }

    var results: [[UInt8]?] { accumulators.map(\.result) }
}
