import CQLWire

/// Compiles a WHERE clause: which partitions and rows it reaches, and what is checked row by row.
struct RestrictionCompiler {
    struct Restrictions {
        var source = SelectPlan.Source.tokens(lower: [], upper: [])
        var clustering = ClusteringRestrictions()
        var filters: [RowFilter] = []
    }

    let table: TableSchema
    let allowsFiltering: Bool
    var context: CompilationContext
    private var restrictions = Restrictions()
    /// The relations of each column, and those of several columns under the first one's name.
    private var relations: [String: [Relation]] = [:]

    static let needsFiltering =
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
    mutating func compile(_ all: [Relation]) throws(StatementError) -> Restrictions {
        var lower: [SelectPlan.TokenBound] = []
        var upper: [SelectPlan.TokenBound] = []
        for relation in all {
            if case .token(let names) = relation.subject {
                try Self.checkTokenColumns(names, of: table)
                try addToken(relation.predicate, &lower, &upper)
            } else {
                try note(relation)
            }
        }
        try checkRepetitions()
        restrictions.source = .tokens(lower: lower, upper: upper)
        let hasTokens = !lower.isEmpty || !upper.isEmpty
        // Each marker is compiled once: what reaches partitions and ranges of rows is taken from the filters.
        for relation in all { try addFilter(relation) }
        if let keys = keys() {
            guard !hasTokens else { throw .unsupported("token() beside restrictions of the partition key is") }
            restrictions.source = .keys(keys)
            restrictions.filters.removeAll { $0.columns[0].isPartitionKey }
        }
        restrictions.clustering = clustering()
        if !allowsFiltering { try requireNoFiltering() }
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
}

// MARK: - Filters

extension RestrictionCompiler {
    private mutating func addFilter(_ relation: Relation) throws(StatementError) {
        switch relation.subject {
        case .token: return
        case .column(let name):
            restrictions.filters.append(try filter(try table.requireColumn(name), relation.predicate))
        case .columns(let names):
            var columns: [Column] = []
            for name in names { columns.append(try table.requireColumn(name)) }
            restrictions.filters += try filters(columns, relation.predicate)
        case .element(let name, let key):
            restrictions.filters.append(try elementFilter(try table.requireColumn(name), key, relation.predicate))
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
            if column.isComplex {
                throw .invalid(
                    "Collection column '\(column.name)' (\(column.type)) cannot be restricted by a "
                        + "'\(comparison.rawValue)' relation"
                )
            }
            if comparison != .equal, let refusal = column.type.sliceRefusal { throw .invalid(refusal) }
            let source = try context.source(term, of: column, in: table)
            return RowFilter([column], .compare(comparison, [source]))
        case .inTerms(let terms):
            try requireKey(column)
            var sources: [ValueSource] = []
            for term in terms { sources.append(try context.source(term, of: column, in: table)) }
            return RowFilter([column], .among(.single(.among(sources))))
        case .inMarker(let term):
            try requireKey(column)
            let source = try context.source(term, .list(column.type), name: "in(\(column.name))", in: table)
            return RowFilter([column], .among(.single(.amongList(source))))
        case .contains(let term):
            let (type, name) = (try elementType(of: column, key: false), "value(\(column.name))")
            return RowFilter([column], .contains(try context.source(term, type, name: name, in: table), isKey: false))
        case .containsKey(let term):
            let (type, name) = (try elementType(of: column, key: true), "key(\(column.name))")
            return RowFilter([column], .contains(try context.source(term, type, name: name, in: table), isKey: true))
        case .isNotNull: throw .invalid("Unsupported restriction: \(column.name) IS NOT NULL")
        }
    }

    private func elementType(of column: Column, key: Bool) throws(StatementError) -> ColumnType {
        switch (column.type.withoutFrozen, key) {
        case (.list(let element), false), (.set(let element), false): return element
        case (.map(_, let value), false): return value
        case (.map(let type, _), true): return type
        default:
            throw .invalid("Cannot use CONTAINS\(key ? " KEY" : "") on non-collection column \(column.name)")
        }
    }

    private mutating func elementFilter(
        _ column: Column,
        _ key: Term,
        _ predicate: Relation.Predicate
    ) throws(StatementError) -> RowFilter {
        guard case .map(let keyType, let valueType) = column.type.withoutFrozen else {
            throw .invalid("Column \(column.name) cannot be used as a map")
        }
        guard case .compare(.equal, let term) = predicate else {
            throw .invalid("Only EQ relations are supported on map entries")
        }
        let keySource = try context.source(key, keyType, name: "key(\(column.name))", in: table)
        let value = try context.source(term, valueType, name: "value(\(column.name))", in: table)
        return RowFilter([column], .entry(key: keySource, value: value))
    }

    private func requireKey(_ column: Column) throws(StatementError) {
        guard column.isKey else {
            throw .invalid("IN predicates on non-primary-key columns (\(column.name)) is not yet supported")
        }
    }

    /// The filters of a relation of several columns.
    private mutating func filters(
        _ columns: [Column],
        _ predicate: Relation.Predicate
    ) throws(StatementError) -> [RowFilter] {
        switch predicate {
        case .compare(.notEqual, _):
            throw .invalid("Unsupported \"!=\" relation: (\(columns.map(\.name).joined(separator: ", ")))")
        case .compare(let comparison, let term):
            let sources = try tuple(term, columns)
            guard comparison == .equal else { return [RowFilter(columns, .compare(comparison, sources))] }
            return zip(columns, sources).map { RowFilter([$0], .compare(.equal, [$1])) }
        case .inTerms(let terms):
            var tuples: [[ValueSource]] = []
            for term in terms { tuples.append(try tuple(term, columns)) }
            return [RowFilter(columns, .among(.tuples(tuples, width: columns.count)))]
        case .inMarker(let term):
            let name = "in(\(columns.map(\.name).joined(separator: ",")))"
            let type = ColumnType.list(.frozen(.tuple(columns.map(\.type.withoutFrozen))))
            let source = try context.source(term, type, name: name, in: table)
            return [RowFilter(columns, .among(.tupleList(source, width: columns.count)))]
        case .contains, .containsKey, .isNotNull: throw .invalid("Unsupported multi-column relation")
        }
    }

    private mutating func tuple(_ term: Term, _ columns: [Column]) throws(StatementError) -> [ValueSource] {
        var sources: [ValueSource] = []
        switch term {
        case .tuple(let terms):
            guard terms.count == columns.count else {
                throw .invalid(
                    "Expected \(columns.count) elements in value tuple, but got \(terms.count): \(term.text)"
                )
            }
            for (term, column) in zip(terms, columns) {
                sources.append(try context.source(term, of: column, in: table))
            }
        case .marker:
            let name = "(\(columns.map(\.name).joined(separator: ",")))"
            let type = ColumnType.tuple(columns.map(\.type.withoutFrozen))
            let marker = try context.expression(term, type, name: name, in: table)
            for index in columns.indices { sources.append(context.add(.component(marker, index))) }
        default: throw .invalid("Invalid value \(term.text) for a multi-column relation")
        }
        return sources
    }
}

// MARK: - Which restrictions reach partitions and rows

extension RestrictionCompiler {
    /// Keeps a relation in mind by the columns that it is about.
    private mutating func note(_ relation: Relation) throws(StatementError) {
        switch relation.subject {
        case .token: return
        case .column(let name), .element(let name, _): relations[name, default: []].append(relation)
        case .columns(let names):
            var place: Int?
            for name in names {
                let column = try table.requireColumn(name)
                guard case .clustering(let position, _) = column.kind else {
                    throw .invalid(
                        "Multi-column relations can only be applied to clustering columns but was applied to: \(name)"
                    )
                }
                guard place == nil || place == position - 1 else {
                    throw .invalid(
                        "Clustering columns must appear in the PRIMARY KEY order in multi-column relations: "
                            + "(\(names.joined(separator: ", ")))"
                    )
                }
                place = position
            }
            relations[names[0], default: []].append(relation)
        }
    }

    private func checkRepetitions() throws(StatementError) {
        for (name, own) in relations where own.count > 1 {
            guard table.column(name)?.isKey == true else { continue }
            var seen: Set<String> = []
            for relation in own {
                guard case .column = relation.subject else { continue }
                switch relation.predicate {
                case .compare(.equal, _):
                    throw .invalid(
                        "\(name) cannot be restricted by more than one relation if it includes an Equal"
                    )
                case .inTerms, .inMarker:
                    throw .invalid("\(name) cannot be restricted by more than one relation if it includes a IN")
                case .compare(let comparison, _):
                    let end = comparison == .less || comparison == .lessOrEqual ? "end" : "start"
                    guard seen.insert(end).inserted else {
                        throw .invalid("More than one restriction was found for the \(end) bound on \(name)")
                    }
                case .contains, .containsKey, .isNotNull: break
                }
            }
            let isMultiple = own.contains { relation in
                if case .columns = relation.subject { return true }
                return false
            }
            let isSingle = own.contains { $0.subject == .column(name) }
            if isMultiple, isSingle {
                throw .invalid(
                    "Mixing single column relations and multi column relations on clustering columns is not allowed"
                )
            }
        }
    }

    private func own(_ column: Column) -> [RowFilter] {
        restrictions.filters.filter { $0.columns[0].name == column.name }
    }

    /// The restrictions of the whole partition key, each column by one = or IN.
    private func keys() -> [KeyRestriction]? {
        var keys: [KeyRestriction] = []
        for column in table.partitionKey {
            let own = own(column)
            guard own.count == 1 else { return nil }
            switch own[0].condition {
            case .compare(.equal, let sources): keys.append(.equal(sources[0]))
            case .among(.single(let restriction)): keys.append(restriction)
            default: return nil
            }
        }
        return keys
    }

    /// What the filters say of the leading clustering columns.
    private func clustering() -> ClusteringRestrictions {
        var result = ClusteringRestrictions()
        let columns = Array(table.clustering)
        var position = 0
        while position < columns.count {
            let own = own(columns[position])
            guard own.count == 1 else { break }
            switch own[0].condition {
            case .compare(.equal, let sources): result.parts.append(.single(.equal(sources[0])))
            case .among(let part): result.parts.append(part)
            default: break
            }
            guard result.partsWidth > position else { break }
            position = result.partsWidth
        }
        guard position < columns.count else { return result }
        for filter in own(columns[position]) {
            guard case .compare(let comparison, let sources) = filter.condition else { continue }
            let orders = Set(filter.columns.map(\.isDescending))
            if orders.count > 1 { result.areBoundsContiguous = false }
            let isInclusive = comparison == .greaterOrEqual || comparison == .lessOrEqual
            let bound = ClusteringRestrictions.Bound(sources: sources, isInclusive: isInclusive)
            switch comparison {
            case .greater, .greaterOrEqual: result.lower = result.lower ?? bound
            case .less, .lessOrEqual: result.upper = result.upper ?? bound
            case .equal, .notEqual: break
            }
        }
        return result
    }

    private func requireNoFiltering() throws(StatementError) {
        if let filter = restrictions.filters.first(where: { $0.columns[0].isPartitionKey }) {
            if case .compare(let comparison, _) = filter.condition, comparison != .equal {
                throw .invalid(
                    "Only EQ and IN relation are supported on the partition key (unless you use the token() function "
                        + "or allow filtering)"
                )
            }
            throw .invalid(Self.needsFiltering)
        }
        if restrictions.filters.contains(where: { !$0.columns[0].isKey || $0.isPart }) {
            throw .invalid(Self.needsFiltering)
        }
        guard case .keys = restrictions.source else {
            if !restrictions.filters.isEmpty { throw .invalid(Self.needsFiltering) }
            return
        }
        try requireContiguousClustering()
    }

    /// Clustering columns are restricted from the first one on, and only the last one by a range.
    private func requireContiguousClustering() throws(StatementError) {
        var unrestricted: String?
        var ranged: String?
        var covered = 0
        for (position, column) in table.clustering.enumerated() {
            let own = own(column)
            if let filter = own.first { covered = max(covered, position + filter.columns.count) }
            if own.isEmpty {
                if position >= covered { unrestricted = unrestricted ?? column.name }
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

extension Column {
    var isDescending: Bool {
        if case .clustering(_, let isDescending) = kind { return isDescending }
        return false
    }
}
