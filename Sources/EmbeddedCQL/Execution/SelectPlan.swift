import CQLWire

/// A compiled SELECT.
struct SelectPlan: Sendable {
    /// One column of the result.
    enum Output: Equatable, Sendable {
        case column(Column)
        case writeTime(cell: Int)
        /// Always null: nothing stored here expires.
        case timeToLive
        case token
        case countRows
        case countColumn(Column)

        var isAggregate: Bool {
            switch self {
            case .countRows, .countColumn: true
            case .column, .writeTime, .timeToLive, .token: false
            }
        }
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
    let outputs: [Output]
    let columnSpecs: [ColumnSpec]
    let source: Source
    /// The leading clustering columns that are restricted to one value.
    let clusteringPrefix: [ValueSource]
    /// Checked for every row.
    let filters: [RowFilter]
    let isDistinct: Bool
    let isReversed: Bool
    let limit: ValueSource?
    let perPartitionLimit: ValueSource?
    let constants: [UInt8]

    var isAggregate: Bool { outputs.contains(where: \.isAggregate) }

    var partitionRestrictions: [KeyRestriction]? {
        if case .keys(let restrictions) = source { return restrictions }
        return nil
    }
}

/// A condition on the value that a row has in a column.
struct RowFilter: Equatable, Sendable {
    enum Condition: Equatable, Sendable {
        case compare(Relation.Operator, ValueSource)
        case among(KeyRestriction)
    }

    let column: Column
    let condition: Condition
}
