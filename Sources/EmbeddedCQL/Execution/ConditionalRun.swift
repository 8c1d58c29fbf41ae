import CQLWire

/// One run of a lightweight transaction.
struct ConditionalRun {
    private let plan: ConditionalPlan
    private let bound: [BoundValues]
    private let environment: RunEnvironment
    private let store: TableStore
    private let liveColumns: LiveColumns
    private let slot: Int?
    /// The clustering key of each part, all in one partition.
    private var keys: [[UInt8]] = []

    /// Finds the rows that the conditions look at; `bound` are the values of each part.
    ///
    /// - Throws: `StatementError` for values that no key can have, and parts of several partitions.
    init(
        _ plan: ConditionalPlan,
        _ bound: [BoundValues],
        _ store: TableStore,
        _ environment: RunEnvironment
    ) throws(StatementError) {
        self.plan = plan
        self.bound = bound
        self.store = store
        self.environment = environment
        liveColumns = LiveColumns(plan.table)
        var partition: [UInt8]?
        for (part, bound) in zip(plan.parts, bound) {
            guard part.write.hasSingleKey || part.condition == nil else {
                throw .invalid("Batch with conditions must name one row in each of them")
            }
            let key = try part.write.key(bound) { environment }
            guard partition == nil || partition == key.partition else {
                throw .invalid("Batch with conditions cannot span multiple partitions")
            }
            partition = key.partition
            keys.append(key.clustering)
        }
        try Self.checkKinds(plan.parts, keys)
        slot = partition.flatMap { store.slot(of: $0, token: Token(routingKey: $0).rawValue) }
    }

    /// The conditions on one row must be of one kind.
    private static func checkKinds(_ parts: [ConditionalPlan.Part], _ keys: [[UInt8]]) throws(StatementError) {
        for (index, part) in parts.enumerated() {
            guard let condition = part.condition else { continue }
            for other in 0..<index where keys[other] == keys[index] {
                guard let earlier = parts[other].condition,
                    part.write.isStaticOnly == parts[other].write.isStaticOnly
                else { continue }
                switch (earlier, condition) {
                case (.exists, .exists), (.notExists, .notExists), (.columns, .columns): continue
                case (.exists, .notExists), (.notExists, .exists):
                    throw .invalid("Cannot mix IF EXISTS and IF NOT EXISTS conditions for the same row")
                case (.columns, .exists): throw .invalid("Cannot mix IF conditions and IF EXISTS for the same row")
                case (.columns, .notExists), (_, .columns):
                    throw .invalid("Cannot mix IF conditions and IF NOT EXISTS for the same row")
                }
            }
        }
    }

    /// Whether all conditions hold.
    ///
    /// - Throws: `StatementError` (invalid) for values that cannot be compared with.
    func holds() throws(StatementError) -> Bool {
        for (index, part) in plan.parts.enumerated() {
            guard let condition = part.condition else { continue }
            let row = row(keys[index])
            let exists =
                part.write.isStaticOnly ? row.hasStaticValue(among: liveColumns) : row.isLive(among: liveColumns)
            switch condition {
            case .exists: if !exists { return false }
            case .notExists: if exists { return false }
            case .columns(let comparisons):
                let running = try RunningValues(bound[index], constants: part.write.constants) { environment }
                for comparison in comparisons where try !comparison.holds(for: row, running) { return false }
            }
        }
        return true
    }

    /// The row with a clustering key, without its cells when it does not exist.
    private func row(_ key: [UInt8]) -> RowView {
        var row = RowView(now: environment.seconds)
        guard let slot else { return row }
        row.enterPartition(slot, of: plan.table, in: store)
        let isNamed = plan.table.clusteringCount == 0 || !key.isEmpty
        if isNamed, let reference = store.row(ofSlot: slot, key: key) {
            row.enterRow(reference, of: plan.table, in: store)
            if !row.isLive(among: liveColumns) { row.enterPartition(slot, of: plan.table, in: store) }
        }
        return row
    }
}

// MARK: - The answer

extension ConditionalRun {
    /// `[applied]`, and where it is false the rows that the conditions looked at.
    ///
    /// - Throws: `StatementError` never in fact: nothing but columns is selected.
    func answer(isApplied: Bool) throws(StatementError) -> Rows {
        let table = plan.table
        let spec = TableSpec(keyspace: table.keyspace, table: table.name)
        let applied = ColumnSpec(table: spec, name: "[applied]", type: .boolean)
        let flag: [UInt8] = [0, 0, 0, 1, isApplied ? 1 : 0]
        let rows = isApplied ? [] : currentRows()
        guard !rows.isEmpty else {
            return Rows(metadata: RowsMetadata(columns: [applied]), rowCount: 1, content: flag[...])
        }
        let columns = answerColumns()
        let running = try RunningValues(BoundValues([]), constants: StatementConstants()) { environment }
        var content: [UInt8] = []
        for row in rows {
            var result = ResultContent(isSorted: false)
            try result.append(columns.map { .column($0) }, row, table, [], running, environment)
            content += flag + result.finished(order: nil, limit: .max).content
        }
        let specs = [applied] + columns.map { ColumnSpec(table: spec, name: $0.name, type: $0.type) }
        return Rows(metadata: RowsMetadata(columns: specs), rowCount: rows.count, content: content[...])
    }

    /// All columns where existence was asked for; else the ones compared, in a batch behind those of the key.
    private func answerColumns() -> [Column] {
        var columns: [Column] = plan.isBatch ? plan.table.columns.filter(\.isKey) : []
        for part in plan.parts {
            switch part.condition {
            case nil: continue
            case .exists, .notExists: return plan.table.columns
            case .columns(let comparisons):
                for comparison in comparisons where !columns.contains(where: { $0.name == comparison.column.name }) {
                    columns.append(comparison.column)
                }
            }
        }
        return columns
    }

    /// The rows that the conditions looked at, as far as they exist, in clustering order.
    private func currentRows() -> [RowView] {
        guard let slot else { return [] }
        var wanted: [[UInt8]] = []
        for (index, part) in plan.parts.enumerated() {
            guard let condition = part.condition, !part.write.isStaticOnly, !condition.isStaticOnly else { continue }
            if !wanted.contains(keys[index]) { wanted.append(keys[index]) }
        }
        let order = store.clustering
        wanted.sort { order.compare($0, $0.indices, $1, $1.indices) == .ascending }
        var rows = wanted.map { row($0) }.filter { $0.hasRow }
        if wanted.isEmpty, let first = firstRow(slot) { rows = [first] }
        if rows.isEmpty {
            let statics = row([])
            if !statics.hasRow, statics.hasStaticValue(among: liveColumns) { rows = [statics] }
        }
        return rows
    }

    /// The first living row of the partition: what stands beside static columns.
    private func firstRow(_ slot: Int) -> RowView? {
        var row = RowView(now: environment.seconds)
        row.enterPartition(slot, of: plan.table, in: store)
        var walk = RowWalk(store, slot, ranges: [ClusteringRange()], isReversed: false, behind: nil)
        while let reference = walk.next(in: store) {
            row.enterRow(reference, of: plan.table, in: store)
            if row.isLive(among: liveColumns) { return row }
        }
        return nil
    }
}
