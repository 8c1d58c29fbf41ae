import CQLWire

/// The partitions that a SELECT reaches, in the order in which it returns them.
struct PartitionWalk {
    private enum Places {
        case slots([Int])
        case ordered(TokenOrder, Range<Int>)
    }

    private var places: Places
    private var nextPlace = 0

    /// Finds the partitions, from the one on where the page before ended.
    ///
    /// - Throws: `StatementError` (invalid) for key and token values that a server refuses.
    init(
        _ plan: SelectPlan,
        _ running: RunningValues,
        _ store: TableStore,
        resumption: PagingPosition?
    ) throws(StatementError) {
        let start = resumption.map { (token: Token(routingKey: $0.partitionKey).rawValue, key: $0.partitionKey) }
        switch plan.source {
        case .keys(let restrictions):
            var keys = try PartitionKeys.all(restrictions, of: plan.table.partitionKey, running)
            // Like the reference server: the partitions of an IN by the values of their keys, each once.
            let types = plan.table.partitionKey.map(\.type)
            keys.sort { Self.compare($0, $1, types) == .ascending }
            var slots: [Int] = []
            for key in keys {
                if let start, Self.compare(key, start.key, types) == .ascending { continue }
                guard let slot = store.slot(of: key, token: Token(routingKey: key).rawValue), slot != slots.last else {
                    continue
                }
                slots.append(slot)
            }
            places = .slots(slots)
        case .tokens(let lower, let upper):
            let order = store.order
            let range = try Self.places(lower, upper, running, order, store)
            var first = range.lowerBound
            if let start {
                first = order.firstPlace { slot in
                    let token = store.index.slots[Int(slot)].token
                    if token != start.token { return token > start.token }
                    return !Self.precedes((token, store.key(of: store.keyRecord(ofSlot: Int(slot)))), start)
                }
            }
            places = .ordered(order, min(max(first, range.lowerBound), range.upperBound)..<range.upperBound)
            nextPlace = max(first, range.lowerBound)
        }
    }

    private static func precedes(
        _ left: (token: Int64, key: [UInt8]),
        _ right: (token: Int64, key: [UInt8])
    ) -> Bool {
        left.token < right.token
            || (left.token == right.token
                && ValueOrder.bytes(left.key, left.key.indices, right.key, right.key.indices) == .ascending)
    }

    private static func compare(_ left: [UInt8], _ right: [UInt8], _ types: [ColumnType]) -> ValueOrder.Result {
        let leftValues = RoutingKey.values(of: left, in: left.indices, count: types.count)
        let rightValues = RoutingKey.values(of: right, in: right.indices, count: types.count)
        for ((type, a), b) in zip(zip(types, leftValues), rightValues) {
            let result = ValueOrder.compare(type, left, a, right, b)
            if result != .same { return result }
        }
        return .same
    }

    private static func places(
        _ lower: [SelectPlan.TokenBound],
        _ upper: [SelectPlan.TokenBound],
        _ running: RunningValues,
        _ order: TokenOrder,
        _ store: TableStore
    ) throws(StatementError) -> Range<Int> {
        var first = 0
        var end = order.slots.count
        for bound in lower {
            guard let token = try running.integer(bound.source, Int64.self, "token()") else {
                throw .invalid("Invalid unset value for token()")
            }
            first = max(
                first,
                order.firstPlace { slot in
                    let own = store.index.slots[Int(slot)].token
                    return own > token || (bound.isInclusive && own == token)
                }
            )
        }
        for bound in upper {
            guard let token = try running.integer(bound.source, Int64.self, "token()") else {
                throw .invalid("Invalid unset value for token()")
            }
            end = min(
                end,
                order.firstPlace { slot in
                    let own = store.index.slots[Int(slot)].token
                    return own > token || (!bound.isInclusive && own == token)
                }
            )
        }
        return first..<max(first, end)
    }

    /// The slot of the next partition.
    mutating func next() -> Int? {
        switch places {
        case .slots(let slots):
            guard nextPlace < slots.count else { return nil }
            nextPlace += 1
            return slots[nextPlace - 1]
        case .ordered(let order, let range):
            guard nextPlace < range.upperBound else { return nil }
            nextPlace += 1
            return Int(order.slots[nextPlace - 1])
        }
    }
}

/// The rows of a partition that a SELECT reaches, in the order in which it returns them.
///
/// The store is handed to each step, not kept: one is made per partition.
struct RowWalk {
    private let rows: OrderedRows?
    private let ranges: [ClusteringRange]
    private let isReversed: Bool
    /// The row behind which the walk begins, which need not exist any more.
    private let last: [UInt8]?
    private var range = -1
    /// The next row; nil behind the last of the range.
    private var position: OrderedRows.Position?

    /// The rows of `slot` in `ranges`, which are in clustering order.
    init(
        _ store: borrowing TableStore,
        _ slot: Int,
        ranges: [ClusteringRange],
        isReversed: Bool,
        behind last: [UInt8]?
    ) {
        self.isReversed = isReversed
        self.ranges = isReversed ? ranges.reversed() : ranges
        self.last = last
        rows = store.rows(ofSlot: slot)
    }

    mutating func next(in store: borrowing TableStore) -> RecordReference? {
        guard let rows else { return nil }
        while true {
            if let current = position, let reference = rows.row(at: current), isInRange(reference, store) {
                position = isReversed ? rows.position(before: current) : rows.position(after: current)
                return reference
            }
            range += 1
            guard range < ranges.count else { return nil }
            position = isReversed ? lastPosition(rows, store) : firstPosition(rows, store)
        }
    }

    private func isInRange(_ reference: RecordReference, _ store: borrowing TableStore) -> Bool {
        let keys = ranges[range]
        if keys.start.key.isEmpty, keys.end.key.isEmpty { return true }
        let page = store.arena.page(reference.page)
        let key = RowRecord.key(page, at: reference.offset)
        return isReversed
            ? store.clustering.reachesStart(of: keys, page, key) : !store.clustering.passesEnd(of: keys, page, key)
    }

    private func firstPosition(_ rows: OrderedRows, _ store: borrowing TableStore) -> OrderedRows.Position {
        let start = ranges[range].start
        var position = rows.startPosition
        if !start.key.isEmpty {
            position = rows.firstPosition { reference in
                let order = store.compare(reference, with: start.key)
                return order == .same && !start.isInclusive ? .ascending : order
            }
        }
        guard let last else { return position }
        let behind = rows.firstPosition { reference in
            store.compare(reference, with: last) == .descending ? .descending : .ascending
        }
        return position.precedes(behind) ? behind : position
    }

    private func lastPosition(_ rows: OrderedRows, _ store: borrowing TableStore) -> OrderedRows.Position? {
        let end = ranges[range].end
        var position = rows.endPosition
        if !end.key.isEmpty {
            position = rows.firstPosition { reference in
                let order = store.compare(reference, with: end.key)
                return order == .descending || (order == .same && !end.isInclusive) ? .descending : .ascending
            }
        }
        if let last {
            let before = rows.firstPosition { store.compare($0, with: last) }
            if before.precedes(position) { position = before }
        }
        return rows.position(before: position)
    }
}
