import CQLWire

/// What a WHERE clause says of the leading clustering columns: which ranges of rows it reaches.
struct ClusteringRestrictions: Equatable, Sendable {
    /// Restricts one or more columns to values.
    enum Part: Equatable, Sendable {
        case single(KeyRestriction)
        /// `(a, b) IN ((…), (…))`
        case tuples([[ValueSource]], width: Int)
        /// `(a, b) IN ?`: the marker's value is a list of tuples.
        case tupleList(ValueSource, width: Int)

        var width: Int {
            switch self {
            case .single: 1
            case .tuples(_, let width), .tupleList(_, let width): width
            }
        }
    }

    /// An end of a slice, on the columns behind the parts.
    struct Bound: Equatable, Sendable {
        let sources: [ValueSource]
        let isInclusive: Bool
    }

    var parts: [Part] = []
    var lower: Bound?
    var upper: Bound?
    /// Whether the bounds make one range; they do not when they span columns of both orders.
    var areBoundsContiguous = true

    var restrictsAll: Bool { lower == nil && upper == nil }

    /// How many leading columns the parts restrict.
    var partsWidth: Int { parts.reduce(0) { $0 + $1.width } }
}

// MARK: - Ranges

extension ClusteringRestrictions {
    /// The ranges of clustering keys, in clustering order and apart from each other.
    ///
    /// - Throws: `StatementError` (invalid) for values that a column cannot have, or too many combinations.
    func ranges(
        of table: TableSchema,
        _ order: ClusteringOrder,
        _ running: RunningValues
    ) throws(StatementError) -> [ClusteringRange] {
        var prefixes = try prefixes(of: table, running)
        if prefixes.count > 1 {
            prefixes.sort { order.compare($0, $0.indices, $1, $1.indices) == .ascending }
            prefixes = Self.withoutRepetitions(prefixes)
        }
        guard !restrictsAll, areBoundsContiguous else { return prefixes.map { .prefix($0) } }
        let columns = Array(table.clustering.dropFirst(partsWidth))
        var isDescending = false
        if let first = columns.first, case .clustering(_, let descending) = first.kind { isDescending = descending }
        let low = try Self.encoded(lower, columns, running)
        let high = try Self.encoded(upper, columns, running)
        return prefixes.map { prefix in
            var range = ClusteringRange.prefix(prefix)
            if let bound = isDescending ? high : low {
                range.start = .init(key: prefix + bound.key, isInclusive: bound.isInclusive)
            }
            if let bound = isDescending ? low : high {
                range.end = .init(key: prefix + bound.key, isInclusive: bound.isInclusive)
            }
            return range
        }
    }

    private static func withoutRepetitions(_ sorted: [[UInt8]]) -> [[UInt8]] {
        var result: [[UInt8]] = []
        for key in sorted where key != result.last { result.append(key) }
        return result
    }

    private static func encoded(
        _ bound: Bound?,
        _ columns: [Column],
        _ running: RunningValues
    ) throws(StatementError) -> ClusteringRange.Bound? {
        guard let bound else { return nil }
        return .init(key: try key(bound.sources, columns, running), isInclusive: bound.isInclusive)
    }

    private static func key(
        _ sources: [ValueSource],
        _ columns: [Column],
        _ running: RunningValues
    ) throws(StatementError) -> [UInt8] {
        var key: [UInt8] = []
        for (source, column) in zip(sources, columns) {
            let value = try KeyRestriction.value(source, for: column, running)
            key.appendVariableLength(value.count)
            key += running.bytes[value]
        }
        return key
    }

    /// Every combination of what the parts allow.
    private func prefixes(of table: TableSchema, _ running: RunningValues) throws(StatementError) -> [[UInt8]] {
        var prefixes: [[UInt8]] = [[]]
        var columns = Array(table.clustering)
        for part in parts {
            let alternatives = try Self.alternatives(part, columns, running)
            guard prefixes.count * alternatives.count <= PartitionKeys.combinationLimit else {
                throw PartitionKeys.tooManyCombinations
            }
            prefixes = prefixes.flatMap { prefix in alternatives.map { prefix + $0 } }
            columns.removeFirst(part.width)
        }
        return prefixes
    }

    private static func alternatives(
        _ part: Part,
        _ columns: [Column],
        _ running: RunningValues
    ) throws(StatementError) -> [[UInt8]] {
        var keys: [[UInt8]] = []
        switch part {
        case .single(let restriction):
            for value in try restriction.values(for: columns[0], running) {
                var key: [UInt8] = []
                key.appendVariableLength(value.count)
                key += running.bytes[value]
                keys.append(key)
            }
        case .tuples(let tuples, _):
            for tuple in tuples { keys.append(try key(tuple, columns, running)) }
        case .tupleList(let source, let width):
            for tuple in try TupleValues.tuples(source, Array(columns.prefix(width)), running) {
                var key: [UInt8] = []
                for value in tuple {
                    key.appendVariableLength(value.count)
                    key += running.bytes[value]
                }
                keys.append(key)
            }
        }
        return keys
    }
}

/// The values of `(a, b) IN ?`.
enum TupleValues {
    /// The components of each tuple of a list.
    ///
    /// - Throws: `StatementError` (invalid) for null, unset, and tuples that are no values of the columns.
    static func tuples(
        _ source: ValueSource,
        _ columns: [Column],
        _ running: RunningValues
    ) throws(StatementError) -> [[Range<Int>]] {
        guard case .bytes(let range) = running[source] else {
            throw .invalid("Invalid null value in condition for columns: \(columns.map(\.name))")
        }
        let type = ColumnType.list(.tuple(columns.map(\.type)))
        try ValueCheck.parts(type).check(running.bytes, range)
        var tuples: [[Range<Int>]] = []
        for tuple in KeyRestriction.elements(running.bytes, range) {
            var values: [Range<Int>] = []
            for (index, column) in columns.enumerated() {
                guard let value = TermExpression.component(index, of: running.bytes, tuple) else {
                    throw .invalid("Invalid null value in condition for column \(column.name)")
                }
                values.append(value)
            }
            tuples.append(values)
        }
        return tuples
    }
}
