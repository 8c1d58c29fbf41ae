import CQLWire

/// Compiles the IF of a write.
struct ConditionCompiler {
    let plan: WritePlan
    var context: CompilationContext

    /// Nil for a statement without IF.
    ///
    /// - Throws: `StatementError` (invalid) for conditions that a server refuses.
    mutating func compile(_ condition: Condition) throws(StatementError) -> CompiledCondition? {
        guard condition != .none else { return nil }
        guard plan.timestamp == nil else {
            throw .invalid("Cannot provide custom timestamp for conditional updates")
        }
        let compiled: CompiledCondition
        switch condition {
        case .none: return nil
        case .notExists: compiled = .notExists
        case .exists: compiled = .exists
        case .columns(let conditions):
            var comparisons: [CompiledComparison] = []
            for condition in conditions { comparisons.append(try comparison(condition)) }
            compiled = .columns(comparisons)
        }
        try checkKey(compiled)
        return compiled
    }

    /// A condition looks at one row.
    private func checkKey(_ condition: CompiledCondition) throws(StatementError) {
        guard !plan.hasSingleKey else { return }
        for restriction in plan.partition {
            guard case .equal = restriction else {
                throw .invalid("IN on the partition key is not supported with conditional updates")
            }
        }
        if plan.clustering.restrictsAll, plan.clustering.partsWidth == plan.table.clusteringCount {
            throw .invalid("IN on the clustering key columns is not supported with conditional updates")
        }
        throw .invalid(
            "DELETE statements must restrict all PRIMARY KEY columns with equality relations in order to use IF "
                + "\(condition.isStaticOnly ? "conditions here" : "condition on non static columns")"
        )
    }

    private mutating func comparison(_ condition: ColumnCondition) throws(StatementError) -> CompiledComparison {
        let column = try plan.table.requireColumn(condition.subject.column)
        guard !column.isKey else {
            throw .invalid("PRIMARY KEY column '\(column.name)' cannot have IF conditions")
        }
        let (part, type) = try part(condition.subject, of: column)
        let name = column.name
        let test: CompiledComparison.Test
        switch condition.predicate {
        case .compare(let comparison, let term):
            if comparison != .equal, comparison != .notEqual, type.hasDuration {
                throw .invalid("Slice conditions ( \(comparison.rawValue) ) are not supported on durations")
            }
            test = .compare(comparison, try context.source(term, type, name: name, in: plan.table))
        case .inTerms(let terms):
            var sources: [ValueSource] = []
            for term in terms { sources.append(try context.source(term, type, name: name, in: plan.table)) }
            test = .among(sources)
        case .inMarker(let term):
            test = .amongList(try context.source(term, .list(type), name: "in(\(name))", in: plan.table))
        case .contains, .containsKey, .isNotNull: throw .unsupported("CONTAINS and IS NOT NULL in IF conditions are")
        }
        return CompiledComparison(column: column, part: part, type: type, test: test)
    }

    private mutating func part(
        _ subject: ColumnPart,
        of column: Column
    ) throws(StatementError) -> (CompiledComparison.Part, ColumnType) {
        switch subject.part {
        case .whole: return (.whole, column.type)
        case .field(let name):
            guard case .userDefined(let definition) = column.type.unfrozen,
                let number = definition.fields.firstIndex(where: { $0.name == name })
            else { throw .invalid("Column \(column.name) has no field \(name)") }
            return (.field(number), definition.fields[number].type)
        case .element(let key):
            switch column.type.withoutFrozen {
            case .list(let element):
                let source = try context.source(key, .int, name: "idx(\(column.name))", in: plan.table)
                return (.element(source), element)
            case .map(let keyType, let value):
                let source = try context.source(key, keyType, name: "key(\(column.name))", in: plan.table)
                return (.element(source), value)
            default: throw .invalid("Invalid element access syntax for non-collection column \(column.name)")
            }
        }
    }
}
