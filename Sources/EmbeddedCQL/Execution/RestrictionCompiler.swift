import CQLWire

/// Compiles the WHERE clause of a SELECT: which partitions and rows it reaches, and what is checked row by row.
struct RestrictionCompiler {
    struct Restrictions {
        var source: SelectPlan.Source
        var clusteringPrefix: [ValueSource] = []
        var filters: [RowFilter] = []
    }

    let table: TableSchema
    let allowsFiltering: Bool
    var context: CompilationContext

    private static let needsFiltering =
        "Cannot execute this query as it might involve data filtering and thus may have unpredictable performance. "
        + "If you want to execute this query despite the performance unpredictability, use ALLOW FILTERING"

    init(table: TableSchema, allowsFiltering: Bool, context: CompilationContext) {
        self.table = table
        self.allowsFiltering = allowsFiltering
        self.context = context
    }

    /// Compiles all relations of the clause.
    ///
    /// - Throws: `StatementError` for what a server refuses, or what this node has not.
    mutating func compile(_ relations: [Relation]) throws(StatementError) -> Restrictions {
        var lower: [SelectPlan.TokenBound] = []
        var upper: [SelectPlan.TokenBound] = []
        var filters: [RowFilter] = []
        for relation in relations {
            switch relation.subject {
            case .token(let names):
                try Self.checkTokenColumns(names, of: table)
                try addToken(relation.predicate, &lower, &upper)
            case .columns: throw .unsupported("multi-column relations are")
            case .column(let name):
                filters.append(try filter(try table.requireColumn(name), relation.predicate))
            }
        }
        let hasTokens = !lower.isEmpty || !upper.isEmpty
        var restrictions = Restrictions(source: .tokens(lower: lower, upper: upper), filters: filters)
        if let keys = keys(filters) {
            guard !hasTokens else { throw .unsupported("token() beside restrictions of the partition key is") }
            restrictions.source = .keys(keys)
            restrictions.filters.removeAll { $0.column.isPartitionKey }
            restrictions.clusteringPrefix = clusteringPrefix(filters)
        }
        if !allowsFiltering { try requireNoFiltering(restrictions) }
        return restrictions
    }

    /// The arguments of token() must be the partition key.
    ///
    /// - Throws: `StatementError` (invalid) when they are not.
    static func checkTokenColumns(_ names: [String], of table: TableSchema) throws(StatementError) {
        for name in names { _ = try table.requireColumn(name) }
        let key = table.partitionKey.map(\.name)
        guard names != key else { return }
        guard Set(names) == Set(key) else {
            throw .invalid("The token() function must be applied to all partition key components or none of them")
        }
        throw .invalid(
            "The token function arguments must be in the partition key order: \(key.joined(separator: ", "))"
        )
    }

    private mutating func addToken(
        _ predicate: Relation.Predicate,
        _ lower: inout [SelectPlan.TokenBound],
        _ upper: inout [SelectPlan.TokenBound]
    ) throws(StatementError) {
        guard case .compare(let comparison, let term) = predicate, comparison != .notEqual else {
            throw .unsupported("this relation on token() is")
        }
        if case .function("token", _) = term { throw .unsupported("token() on the right of a relation is") }
        let source = try context.source(term, .bigint, name: "partition key token", in: table)
        guard source != .null else { throw .invalid("Invalid null value for token()") }
        switch comparison {
        case .equal:
            lower.append(.init(source: source, isInclusive: true))
            upper.append(.init(source: source, isInclusive: true))
        case .greater: lower.append(.init(source: source, isInclusive: false))
        case .greaterOrEqual: lower.append(.init(source: source, isInclusive: true))
        case .less: upper.append(.init(source: source, isInclusive: false))
        case .lessOrEqual: upper.append(.init(source: source, isInclusive: true))
        case .notEqual: break
        }
    }

    private mutating func filter(
        _ column: Column,
        _ predicate: Relation.Predicate
    ) throws(StatementError) -> RowFilter {
        switch predicate {
        case .compare(.notEqual, let term):
            throw .invalid("Unsupported \"!=\" relation: \(column.name) != \(term.text)")
        case .compare(let comparison, let term):
            let source = try context.source(term, of: column, in: table)
            return RowFilter(column: column, condition: .compare(comparison, source))
        case .inTerms(let terms):
            try requireKey(column)
            var sources: [ValueSource] = []
            for term in terms { sources.append(try context.source(term, of: column, in: table)) }
            return RowFilter(column: column, condition: .among(.among(sources)))
        case .inMarker(let term):
            try requireKey(column)
            let source = try context.source(term, .list(column.type), name: "in(\(column.name))", in: table)
            return RowFilter(column: column, condition: .among(.amongList(source)))
        case .isNotNull: throw .invalid("Unsupported restriction: \(column.name) IS NOT NULL")
        }
    }

    private func requireKey(_ column: Column) throws(StatementError) {
        guard column.isKey else {
            throw .invalid("IN predicates on non-primary-key columns (\(column.name)) is not yet supported")
        }
    }
}

// MARK: - Which restrictions reach partitions and rows

extension RestrictionCompiler {
    /// The restrictions of the whole partition key, each column by one = or IN.
    private func keys(_ filters: [RowFilter]) -> [KeyRestriction]? {
        var keys: [KeyRestriction] = []
        for column in table.partitionKey {
            let own = filters.filter { $0.column.name == column.name }
            guard own.count == 1 else { return nil }
            switch own[0].condition {
            case .compare(.equal, let source): keys.append(.equal(source))
            case .among(let restriction): keys.append(restriction)
            case .compare: return nil
            }
        }
        return keys
    }

    private func clusteringPrefix(_ filters: [RowFilter]) -> [ValueSource] {
        var prefix: [ValueSource] = []
        for column in table.clustering {
            let own = filters.filter { $0.column.name == column.name }
            guard own.count == 1, case .compare(.equal, let source) = own[0].condition else { break }
            prefix.append(source)
        }
        return prefix
    }

    private func requireNoFiltering(_ restrictions: Restrictions) throws(StatementError) {
        if let filter = restrictions.filters.first(where: { $0.column.isPartitionKey }) {
            if case .compare(let comparison, _) = filter.condition, comparison != .equal {
                throw .invalid(
                    "Only EQ and IN relation are supported on the partition key (unless you use the token() function "
                        + "or allow filtering)"
                )
            }
            throw .invalid(Self.needsFiltering)
        }
        if restrictions.filters.contains(where: { !$0.column.isKey }) { throw .invalid(Self.needsFiltering) }
        let restricted = restrictions.filters.map(\.column.name)
        guard case .keys = restrictions.source else {
            if !restricted.isEmpty { throw .invalid(Self.needsFiltering) }
            return
        }
        var unrestricted: String?
        var ranged: String?
        for column in table.clustering {
            let own = restrictions.filters.filter { $0.column.name == column.name }
            if own.isEmpty {
                unrestricted = unrestricted ?? column.name
                continue
            }
            if let unrestricted {
                throw .invalid(
                    "PRIMARY KEY column \"\(column.name)\" cannot be restricted as preceding column "
                        + "\"\(unrestricted)\" is not restricted"
                )
            }
            if let ranged {
                throw .invalid(
                    "Clustering column \"\(column.name)\" cannot be restricted (preceding column \"\(ranged)\" is "
                        + "restricted by a non-EQ relation)"
                )
            }
            let isRange = own.contains { filter in
                if case .compare(let comparison, _) = filter.condition { return comparison != .equal }
                return false
            }
            if isRange { ranged = column.name }
        }
    }
}
