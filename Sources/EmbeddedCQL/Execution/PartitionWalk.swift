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
    private let isReversed: Bool
    /// The next row; nil behind the last.
    private var position: OrderedRows.Position?

    /// The rows of `slot` whose clustering key starts with `prefix`.
    init(_ store: borrowing TableStore, _ slot: Int, prefix: [UInt8], isReversed: Bool) {
        self.isReversed = isReversed
        rows = store.rows(ofSlot: slot)
        guard let rows else { return }
        if isReversed {
            let end =
                prefix.isEmpty
                ? rows.endPosition
                : rows.firstPosition { store.compare($0, with: prefix) == .descending ? .descending : .ascending }
            position = rows.position(before: end)
        } else {
            position = prefix.isEmpty ? rows.startPosition : rows.firstPosition { store.compare($0, with: prefix) }
        }
    }

    /// Goes on behind a row, which need not exist any more.
    mutating func resume(after clusteringKey: [UInt8], in store: borrowing TableStore) {
        guard let rows else { return }
        if isReversed {
            position = rows.position(before: rows.firstPosition { store.compare($0, with: clusteringKey) })
        } else {
            position = rows.firstPosition {
                store.compare($0, with: clusteringKey) == .descending ? .descending : .ascending
            }
        }
    }

    mutating func next(prefix: [UInt8], in store: borrowing TableStore) -> RecordReference? {
        guard let rows, let current = position, let reference = rows.row(at: current) else { return nil }
        guard prefix.isEmpty || store.compare(reference, with: prefix) == .same else { return nil }
        position = isReversed ? rows.position(before: current) : rows.position(after: current)
        return reference
    }
}
