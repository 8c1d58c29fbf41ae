import CQLWire

/// Compiles a SELECT against the schema.
struct SelectCompiler {
    private let select: Select
    let table: TableSchema
    var context: CompilationContext

    /// Looks the table up.
    ///
    /// - Throws: `StatementError` when it does not exist.
    init(
        _ select: Select,
        _ schema: Schema,
        current: String?,
        context: CompilationContext
    ) throws(StatementError) {
        self.select = select
        table = try schema.requireTable(select.table, current: current)
        self.context = context
    }

    /// The plan.
    ///
    /// - Throws: `StatementError` for columns, conditions and clauses that a server refuses, or that this one has not.
    mutating func compile() throws(StatementError) -> SelectPlan {
        let (outputs, specs) = try outputs()
        var restrictions = RestrictionCompiler(
            table: table,
            allowsFiltering: select.allowsFiltering,
            context: context
        )
        let restricted = try restrictions.compile(select.relations)
        context = restrictions.context
        let isReversed = try isReversed(restricted.source)
        if select.isDistinct { try checkDistinct(outputs, restricted) }
        let limit = try limit(select.limit, "[limit]")
        let perPartitionLimit = try self.limit(select.perPartitionLimit, "[per_partition_limit]")
        return SelectPlan(
            table: table,
            outputs: outputs,
            columnSpecs: specs,
            source: restricted.source,
            clusteringPrefix: restricted.clusteringPrefix,
            filters: restricted.filters,
            isDistinct: select.isDistinct,
            isReversed: isReversed,
            limit: limit,
            perPartitionLimit: perPartitionLimit,
            constants: context.constants
        )
    }

    private mutating func limit(_ term: Term?, _ name: String) throws(StatementError) -> ValueSource? {
        guard let term else { return nil }
        if case .integer(let digits) = term, digits.hasPrefix("-") || digits == "0" {
            throw .invalid("LIMIT must be strictly positive")
        }
        return try context.source(term, .int, name: name, in: table)
    }
}

// MARK: - What is selected

extension SelectCompiler {
    private func outputs() throws(StatementError) -> ([SelectPlan.Output], [ColumnSpec]) {
        var outputs: [SelectPlan.Output] = []
        var specs: [ColumnSpec] = []
        if select.selectors.isEmpty {
            outputs = table.columns.map { .column($0) }
            specs = table.columns.map { spec($0.name, $0.type) }
        }
        for selector in select.selectors {
            let (output, name, type) = try output(selector.expression)
            outputs.append(output)
            specs.append(spec(selector.alias ?? name, type))
        }
        if outputs.contains(where: \.isAggregate), !outputs.allSatisfy(\.isAggregate) {
            throw .unsupported("selections of count() beside columns are")
        }
        return (outputs, specs)
    }

    private func spec(_ name: String, _ type: ColumnType) -> ColumnSpec {
        ColumnSpec(table: TableSpec(keyspace: table.keyspace, table: table.name), name: name, type: type)
    }

    private func output(
        _ expression: Selector.Expression
    ) throws(StatementError) -> (SelectPlan.Output, String, ColumnType) {
        switch expression {
        case .column(let name):
            let column = try table.requireColumn(name)
            return (.column(column), name, column.type)
        case .writeTime(let name):
            return (.writeTime(cell: try cell(name, of: "writeTime")), "writetime(\(name))", .bigint)
        case .timeToLive(let name):
            _ = try cell(name, of: "ttl")
            return (.timeToLive, "ttl(\(name))", .int)
        case .token(let names):
            try RestrictionCompiler.checkTokenColumns(names, of: table)
            return (.token, "system.token(\(names.joined(separator: ", ")))", .bigint)
        case .countRows: return (.countRows, "count", .bigint)
        case .countColumn(let name):
            return (.countColumn(try table.requireColumn(name)), "system.count(\(name))", .bigint)
        }
    }

    private func cell(_ name: String, of function: String) throws(StatementError) -> Int {
        let column = try table.requireColumn(name)
        guard let cell = column.cell else {
            throw .invalid("Cannot use selection function \(function) on PRIMARY KEY part \(name)")
        }
        switch column.type {
        case .list, .set, .map: throw .unsupported("\(function) of a collection that is not frozen is")
        default: return cell
        }
    }

    private func checkDistinct(
        _ outputs: [SelectPlan.Output],
        _ restricted: RestrictionCompiler.Restrictions
    ) throws(StatementError) {
        var names: [String] = []
        for output in outputs {
            guard case .column(let column) = output, column.isPartitionKey else {
                throw .invalid("SELECT DISTINCT queries must only request partition key columns and/or static columns")
            }
            names.append(column.name)
        }
        if let missing = table.partitionKey.first(where: { !names.contains($0.name) }) {
            throw .invalid(
                "SELECT DISTINCT queries must request all the partition key columns (missing \(missing.name))"
            )
        }
        guard restricted.filters.allSatisfy(\.column.isPartitionKey) else {
            throw .invalid(
                "SELECT DISTINCT with WHERE clause only supports restriction by partition key and/or static columns."
            )
        }
    }
}

// MARK: - ORDER BY

extension SelectCompiler {
    private func isReversed(_ source: SelectPlan.Source) throws(StatementError) -> Bool {
        guard !select.ordering.isEmpty else { return false }
        guard case .keys(let restrictions) = source else {
            throw .invalid("ORDER BY is only supported when the partition key is restricted by an EQ or an IN.")
        }
        for restriction in restrictions {
            guard case .equal = restriction else { throw .unsupported("ORDER BY with IN on the partition key is") }
        }
        var isReversed: Bool?
        for (position, ordering) in select.ordering.enumerated() {
            let column = try table.requireColumn(ordering.column)
            guard case .clustering(position, let isDescending) = column.kind else {
                throw .invalid(
                    "Order by is currently only supported on the clustered columns of the PRIMARY KEY, in their order, "
                        + "got \(column.name)"
                )
            }
            let reverses = ordering.isDescending != isDescending
            guard isReversed == nil || isReversed == reverses else {
                throw .invalid("Unsupported order by relation")
            }
            isReversed = reverses
        }
        return isReversed ?? false
    }
}
