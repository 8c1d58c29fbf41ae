import CQLWire

/// A compiled SELECT.
struct SelectPlan: Sendable {
    /// An aggregate of the selection.
    struct Aggregate: Equatable, Sendable {
        let function: AggregateFunction
        /// Nil for `count(*)`.
        let argument: SelectExpression?
    }

    /// An end of a token range.
    struct TokenBound: Equatable, Sendable {
        let source: ValueSource
        let isInclusive: Bool
    }

    /// Which partitions are looked at.
    enum Source: Equatable, Sendable {
        /// One restriction per partition key column.
        case keys([KeyRestriction])
        case tokens(lower: [TokenBound], upper: [TokenBound])
    }

    let table: TableSchema
    let outputs: [SelectExpression]
    let columnSpecs: [ColumnSpec]
    /// Empty: each row makes a row of the result.
    let aggregates: [Aggregate]
    let source: Source
    let clustering: ClusteringRestrictions
    /// Checked for every row.
    let filters: [RowFilter]
    let isDistinct: Bool
    let grouping: [Column]
    let isReversed: Bool
    /// Whether ORDER BY goes across several partitions, so that all rows are sorted at the end.
    let sortsPartitions: Bool
    let limit: ValueSource?
    let perPartitionLimit: ValueSource?
    let constants: StatementConstants
    let liveColumns: LiveColumns

    var isAggregate: Bool { !aggregates.isEmpty || !grouping.isEmpty }

    /// Whether a partition without rows is returned for its static columns: when no condition is on rows.
    var reachesWholePartitions: Bool {
        filters.allSatisfy { $0.columns[0].isPartitionKey || $0.columns[0].isStatic }
    }

    var partitionRestrictions: [KeyRestriction]? {
        if case .keys(let restrictions) = source { return restrictions }
        return nil
    }
}

/// What a selection computes of a row, or of the aggregates of a group.
indirect enum SelectExpression: Equatable, Sendable {
    case column(Column)
    case writeTime(Column)
    case timeToLive(Column)
    case source(ValueSource)
    case call(ScalarFunction, [SelectExpression])
    /// An entry of a map, whose type this is, by its key; or an element of a set.
    case element(SelectExpression, ColumnType, ValueSource)
    /// A field of a user-defined type.
    case field(SelectExpression, Int)
    case aggregate(Int)

    /// The value; nil for null.
    ///
    /// - Throws: `StatementError` when a function refuses its arguments.
    func value(
        _ row: borrowing RowView,
        _ aggregates: [[UInt8]?],
        _ running: RunningValues,
        _ environment: RunEnvironment
    ) throws(StatementError) -> [UInt8]? {
        switch self {
        case .column(let column): return row.value(of: column).map { Array($0.bytes[$0.range]) }
        case .writeTime(let column): return row.liveness(of: column).map { LiteralEncoder.bigEndian($0.timestamp) }
        case .timeToLive(let column):
            guard let liveness = row.liveness(of: column), liveness.isExpiring else { return nil }
            return LiteralEncoder.bigEndian(Int32(clamping: liveness.expiry - row.now))
        case .source(let source):
            guard case .bytes(let range) = running[source] else { return nil }
            return Array(running.bytes[range])
        case .call(let function, let arguments):
            var values: [[UInt8]?] = []
            for argument in arguments { values.append(try argument.value(row, aggregates, running, environment)) }
            return try function(values, environment)
        case .element(let collection, let type, let source):
            guard let bytes = try collection.value(row, aggregates, running, environment),
                case .bytes(let range) = running[source]
            else { return nil }
            return Self.element(of: bytes, type, running.bytes[range])
        case .field(let tuple, let index):
            guard let bytes = try tuple.value(row, aggregates, running, environment) else { return nil }
            return TermExpression.component(index, of: bytes, bytes.indices).map { Array(bytes[$0]) }
        case .aggregate(let index): return aggregates[index]
        }
    }

    private static func element(of bytes: [UInt8], _ type: ColumnType, _ key: ArraySlice<UInt8>) -> [UInt8]? {
        let parts = KeyRestriction.elements(bytes, bytes.indices)
        guard case .map = type.withoutFrozen else {
            return parts.first { bytes[$0] == key }.map { Array(bytes[$0]) }
        }
        for index in stride(from: 0, to: parts.count - 1, by: 2) where bytes[parts[index]] == key {
            return Array(bytes[parts[index + 1]])
        }
        return nil
    }
}
