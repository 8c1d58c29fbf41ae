import CQLWire

/// Compiles a SELECT against the schema.
struct SelectCompiler {
    private let select: Select
    private let keyspace: KeyspaceSchema
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
        keyspace = try schema.requireKeyspace(table.keyspace)
        self.context = context
    }

    /// The plan.
    ///
    /// - Throws: `StatementError` for columns, conditions and clauses that a server refuses, or that this one has not.
    mutating func compile() throws(StatementError) -> SelectPlan {
        let grouping = try groupingColumns()
        var selection = SelectionCompiler(table: table, keyspace: keyspace, context: context)
        var selectors = select.selectors
        if selectors.isEmpty {
            selectors = table.columns.map { Selector(expression: .column($0.name), alias: nil) }
        }
        let outputs = try selection.compile(selectors, isGrouped: !grouping.isEmpty)
        var restrictions = RestrictionCompiler(
            table: table,
            allowsFiltering: select.allowsFiltering,
            context: selection.context
        )
        let restricted = try restrictions.compile(select.relations)
        context = restrictions.context
        let isReversed = try isReversed(restricted.source)
        if select.isDistinct { try checkDistinct(outputs, restricted) }
        if select.perPartitionLimit != nil, !selection.aggregates.isEmpty, grouping.isEmpty {
            throw .invalid("PER PARTITION LIMIT is not allowed with aggregate queries.")
        }
        let perPartitionLimit = try self.limit(select.perPartitionLimit, "[per_partition_limit]")
        let limit = try limit(select.limit, "[limit]")
        return SelectPlan(
            table: table,
            outputs: outputs.map(\.expression),
            columnSpecs: outputs.map { spec($0.name, $0.type) },
            aggregates: selection.aggregates,
            source: restricted.source,
            clustering: restricted.clustering,
            filters: restricted.filters,
            isDistinct: select.isDistinct,
            grouping: grouping,
            isReversed: isReversed,
            sortsPartitions: !select.ordering.isEmpty && restricted.source.mayNameSeveralPartitions,
            limit: limit,
            perPartitionLimit: perPartitionLimit,
            constants: context.constants,
            liveColumns: LiveColumns(table)
        )
    }

    private mutating func limit(_ term: Term?, _ name: String) throws(StatementError) -> ValueSource? {
        guard let term else { return nil }
        if case .integer(let digits) = term, digits.hasPrefix("-") || digits == "0" {
            let clause = name == "[limit]" ? "LIMIT" : "PER PARTITION LIMIT"
            throw .invalid("\(clause) must be strictly positive")
        }
        return try context.source(term, .int, name: name, in: table)
    }

    private func spec(_ name: String, _ type: ColumnType) -> ColumnSpec {
        ColumnSpec(table: TableSpec(keyspace: table.keyspace, table: table.name), name: name, type: type)
    }
}

// MARK: - DISTINCT and GROUP BY

extension SelectCompiler {
    private func checkDistinct(
        _ outputs: [SelectionCompiler.Compiled],
        _ restricted: RestrictionCompiler.Restrictions
    ) throws(StatementError) {
        var names: Set<String> = []
        for output in outputs {
            guard case .column(let column) = output.expression, column.isPartitionKey || column.isStatic else {
                throw .invalid(
                    "SELECT DISTINCT queries must only request partition key columns and/or static columns (not "
                        + "\(output.name))"
                )
            }
            names.insert(column.name)
        }
        if let missing = table.partitionKey.first(where: { !names.contains($0.name) }) {
            throw .invalid(
                "SELECT DISTINCT queries must request all the partition key columns (missing \(missing.name))"
            )
        }
        guard restricted.filters.allSatisfy({ $0.columns[0].isPartitionKey || $0.columns[0].isStatic }) else {
            throw .invalid(
                "SELECT DISTINCT with WHERE clause only supports restriction by partition key and/or static columns."
            )
        }
    }

    /// The columns of GROUP BY: the primary key from its beginning, where what is restricted to one value may be left out.
    private func groupingColumns() throws(StatementError) -> [Column] {
        var columns: [Column] = []
        guard !select.grouping.isEmpty else { return [] }
        let restricted = select.relations.compactMap { relation -> String? in
            guard case .column(let name) = relation.subject, case .compare(.equal, _) = relation.predicate else {
                return nil
            }
            return name
        }
        var key = Array(table.columns.prefix(table.partitionKeyCount + table.clusteringCount))
        for name in select.grouping {
            let column = try table.requireColumn(name)
            guard column.isKey else {
                throw .invalid(
                    "Group by is currently only supported on the columns of the PRIMARY KEY, got \(name)"
                )
            }
            while let next = key.first, next.name != name {
                guard restricted.contains(next.name) else {
                    throw .invalid(
                        "Group by currently only support groups of columns following their declared order in the "
                            + "PRIMARY KEY"
                    )
                }
                key.removeFirst()
            }
            guard !key.isEmpty else {
                throw .invalid(
                    "Group by currently only support groups of columns following their declared order in the "
                        + "PRIMARY KEY"
                )
            }
            key.removeFirst()
            columns.append(column)
        }
        let missing = table.partitionKey.first { column in
            !columns.contains { $0.name == column.name } && !restricted.contains(column.name)
        }
        guard missing == nil else {
            throw .invalid("Group by is not supported on only a part of the partition key")
        }
        return columns
    }
}

// MARK: - ORDER BY

extension SelectCompiler {
    private func isReversed(_ source: SelectPlan.Source) throws(StatementError) -> Bool {
        guard !select.ordering.isEmpty else { return false }
        guard case .keys = source else {
            throw .invalid("ORDER BY is only supported when the partition key is restricted by an EQ or an IN.")
        }
        if select.isDistinct { throw .invalid("ORDER BY is not supported with SELECT DISTINCT") }
        var isReversed: Bool?
        var expected = 0
        for ordering in select.ordering {
            let column = try table.requireColumn(ordering.column)
            guard case .clustering(let position, let isDescending) = column.kind else {
                throw .invalid(
                    "Order by is currently only supported on the clustered columns of the PRIMARY KEY, got "
                        + "\(column.name)"
                )
            }
            // Columns that are restricted to one value may be left out.
            while expected < position, isRestrictedToOneValue(table.clustering[table.partitionKeyCount + expected]) {
                expected += 1
            }
            guard expected == position else {
                throw .invalid(
                    "Order by currently only supports the ordering of columns following their declared order "
                        + "in the PRIMARY KEY"
                )
            }
            expected += 1
            let reverses = ordering.isDescending != isDescending
            guard isReversed == nil || isReversed == reverses else {
                throw .invalid("Unsupported order by relation")
            }
            isReversed = reverses
        }
        return isReversed ?? false
    }

    private func isRestrictedToOneValue(_ column: Column) -> Bool {
        select.relations.contains { relation in
            guard relation.subject == .column(column.name), case .compare(.equal, _) = relation.predicate else {
                return false
            }
            return true
        }
    }
}

extension SelectPlan.Source {
    fileprivate var mayNameSeveralPartitions: Bool {
        guard case .keys(let restrictions) = self else { return true }
        return restrictions.contains { restriction in
            if case .equal = restriction { return false }
            return true
        }
    }
}
