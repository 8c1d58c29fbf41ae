import CQLWire

/// Compiles INSERT, UPDATE and DELETE against the schema.
struct WriteCompiler {
    let table: TableSchema
    var context: CompilationContext

    /// Looks the table up.
    ///
    /// - Throws: `StatementError` when it does not exist or belongs to the node.
    init(_ name: TableName, _ schema: Schema, current: String?, context: CompilationContext) throws(StatementError) {
        table = try schema.requireTable(name, current: current)
        if schema.keyspaces[table.keyspace]?.isSystem == true {
            throw StatementError(.unauthorized, "\(table.keyspace) keyspace is not user-modifiable.")
        }
        self.context = context
    }

    /// - Throws: `StatementError` for columns and values that do not fit the table.
    mutating func compile(_ insert: Insert) throws(StatementError) -> WritePlan {
        guard insert.columns.count == insert.values.count else { throw .invalid("Unmatched column names/values") }
        var keys: [String: KeyRestriction] = [:]
        var assignments: [Assignment] = []
        var seen: Set<String> = []
        for (name, term) in zip(insert.columns, insert.values) {
            let column = try table.requireColumn(name)
            guard seen.insert(name).inserted else { throw .invalid("The column names contains duplicates") }
            let source = try context.source(term, of: column, in: table)
            if let cell = column.cell {
                assignments.append(Assignment(column, cell: cell, .set, source, valueType: column.type))
            } else {
                keys[name] = .equal(source)
            }
        }
        let partition = try restrictions(of: table.partitionKey, keys, "partition key parts")
        let namesClustering = table.clustering.contains { keys[$0.name] != nil }
        let isStaticOnly =
            !namesClustering && !assignments.isEmpty && assignments.allSatisfy(\.column.isStatic)
            && table.clusteringCount > 0
        var clustering = ClusteringRestrictions()
        if !isStaticOnly {
            clustering.parts = try restrictions(of: table.clustering, keys, "clustering keys").map { .single($0) }
        }
        // Before the plan takes the constants, which the clause adds to.
        let using = try sources(of: insert.using)
        return plan(.insert, partition, clustering, assignments, isStaticOnly, using)
    }

    /// - Throws: `StatementError` for columns and values that do not fit the table.
    mutating func compile(_ update: Update) throws(StatementError) -> WritePlan {
        let using = try sources(of: update.using)
        var assignments: [Assignment] = []
        for assignment in update.assignments {
            let column = try table.requireColumn(assignment.target.column)
            guard let cell = column.cell else { throw .invalid("PRIMARY KEY part \(column.name) found in SET part") }
            let isWhole = assignment.target.part == .whole
            let clashes = assignments.contains { $0.column.name == column.name && (isWhole || $0.operation == .set) }
            guard !clashes else { throw .invalid("Multiple incompatible setting of column \(column.name)") }
            assignments.append(try self.assignment(assignment, column, cell))
        }
        let (partition, clustering) = try whereClause(update.relations, "UPDATE")
        let isStaticOnly = assignments.allSatisfy(\.column.isStatic)
        if isStaticOnly {
            try requireNoClustering(clustering, "UPDATE")
        } else {
            guard clustering.restrictsAll else {
                throw .invalid("Slice restrictions are not supported on the clustering columns in UPDATE statements")
            }
            try requireWholeClustering(clustering)
        }
        return plan(.update, partition, clustering, assignments, isStaticOnly, using)
    }

    /// - Throws: `StatementError` for columns and values that do not fit the table.
    mutating func compile(_ delete: Delete) throws(StatementError) -> WritePlan {
        let using = try sources(of: delete.using)
        var assignments: [Assignment] = []
        for part in delete.columns {
            let column = try table.requireColumn(part.column)
            guard let cell = column.cell else {
                throw .invalid("Invalid identifier \(part.column) for deletion (should not be a PRIMARY KEY part)")
            }
            let operation = try removal(of: part, column)
            assignments.append(Assignment(column, cell: cell, operation, .null, valueType: column.type))
        }
        let (partition, clustering) = try whereClause(delete.relations, "DELETE")
        let isStaticOnly = !assignments.isEmpty && assignments.allSatisfy(\.column.isStatic)
        if isStaticOnly {
            try requireNoClustering(clustering, "DELETE")
            return plan(.deleteCells, partition, clustering, assignments, true, using)
        }
        let namesRow = clustering.restrictsAll && clustering.partsWidth == table.clusteringCount
        guard namesRow || assignments.isEmpty else {
            throw .invalid("Range deletions are not supported for specific columns")
        }
        guard clustering.areBoundsContiguous else {
            throw .unsupported("deletions of ranges across columns of both clustering orders are")
        }
        let kind: WritePlan.Kind
        if namesRow {
            kind = assignments.isEmpty ? .deleteRow : .deleteCells
        } else {
            kind = clustering.parts.isEmpty && clustering.restrictsAll ? .deletePartition : .deleteRange
        }
        return plan(kind, partition, clustering, assignments, false, using)
    }

    private func plan(
        _ kind: WritePlan.Kind,
        _ partition: [KeyRestriction],
        _ clustering: ClusteringRestrictions,
        _ assignments: [Assignment],
        _ isStaticOnly: Bool,
        _ using: UsingSources
    ) -> WritePlan {
        WritePlan(
            table: table,
            kind: kind,
            partition: partition,
            clustering: clustering,
            assignments: assignments,
            isStaticOnly: isStaticOnly,
            timestamp: using.timestamp,
            timeToLive: using.timeToLive,
            constants: context.constants
        )
    }
}

// MARK: - Assignments

extension WriteCompiler {
    private mutating func assignment(
        _ assignment: Update.Assignment,
        _ column: Column,
        _ cell: Int
    ) throws(StatementError) -> Assignment {
        let name = column.name
        switch (assignment.operation, assignment.target.part) {
        case (.set(let term), .whole):
            let source = try context.source(term, of: column, in: table)
            return Assignment(column, cell: cell, .set, source, valueType: column.type)
        case (.set(let term), .element(let key)):
            let (keySource, valueType) = try element(key, of: column)
            let source = try context.source(term, valueType, name: "value(\(name))", in: table)
            return Assignment(
                column,
                cell: cell,
                .element(key: keySource, removes: false),
                source,
                valueType: valueType
            )
        case (.set(let term), .field(let field)):
            let (number, type) = try self.field(field, of: column)
            let source = try context.source(term, type, name: "\(name).\(field)", in: table)
            return Assignment(column, cell: cell, .field(number: number, removes: false), source, valueType: type)
        case (.append(let term), _): return try change(column, cell, .append, term)
        case (.prepend(let term), _):
            guard case .list = column.type else {
                throw .invalid("Invalid operation (\(name) = \(term.text) + \(name)) for non list column \(name)")
            }
            return try change(column, cell, .prepend, term)
        case (.remove(let term), _): return try change(column, cell, .remove, term)
        }
    }

    /// `c = c + x` and its relatives.
    private mutating func change(
        _ column: Column,
        _ cell: Int,
        _ operation: Assignment.Operation,
        _ term: Term
    ) throws(StatementError) -> Assignment {
        let sign = operation == .remove ? "-" : "+"
        let text = "(\(column.name) = \(column.name) \(sign) \(term.text))"
        var type = column.type
        switch column.type {
        case .map(let key, _) where operation == .remove: type = .set(key)
        case .list, .set, .map: break
        case .frozen(.list), .frozen(.set), .frozen(.map):
            throw .invalid("Invalid operation \(text) for frozen collection column \(column.name)")
        default: throw .invalid("Invalid operation \(text) for non counter column \(column.name)")
        }
        let source = try context.source(term, type, name: column.name, in: table)
        if operation == .remove, source == .null {
            throw .invalid("Invalid null value for \(column.name)")
        }
        return Assignment(column, cell: cell, operation, source, valueType: type)
    }

    /// The source of an element's key or index, and the type of the element.
    private mutating func element(_ key: Term, of column: Column) throws(StatementError) -> (ValueSource, ColumnType) {
        switch column.type {
        case .list(let element):
            return (try context.source(key, .int, name: "idx(\(column.name))", in: table), element)
        case .map(let keyType, let valueType):
            return (try context.source(key, keyType, name: "key(\(column.name))", in: table), valueType)
        case .set:
            throw .invalid("Invalid operation for set column \(column.name): its elements have no keys")
        case .frozen(.list), .frozen(.map), .frozen(.set):
            throw .invalid("Invalid operation for frozen collection column \(column.name)")
        default: throw .invalid("Invalid operation for non collection column \(column.name)")
        }
    }

    private func field(_ name: String, of column: Column) throws(StatementError) -> (Int, ColumnType) {
        switch column.type {
        case .userDefined(let definition):
            guard let number = definition.fields.firstIndex(where: { $0.name == name }) else {
                throw .invalid("UDT column \(column.name) does not have a field named \(name)")
            }
            return (number, definition.fields[number].type)
        case .frozen(.userDefined):
            throw .invalid("Invalid operation (\(column.name).\(name)) for frozen UDT column \(column.name)")
        default: throw .invalid("Invalid operation (\(column.name).\(name)) for non-UDT column \(column.name)")
        }
    }

    private mutating func removal(of part: ColumnPart, _ column: Column) throws(StatementError) -> Assignment.Operation
    {
        switch part.part {
        case .whole: return column.isComplex ? .delete : .set
        case .field(let name): return .field(number: try field(name, of: column).0, removes: true)
        case .element(let key):
            if case .set(let type) = column.type {
                let source = try context.source(key, type, name: "key(\(column.name))", in: table)
                return .element(key: source, removes: true)
            }
            return .element(key: try element(key, of: column).0, removes: true)
        }
    }
}

// MARK: - USING and WHERE

extension WriteCompiler {
    private struct UsingSources {
        var timestamp: ValueSource?
        var timeToLive: ValueSource?
    }

    private mutating func sources(of using: UsingClause) throws(StatementError) -> UsingSources {
        var sources = UsingSources()
        if let term = using.timestamp {
            sources.timestamp = try context.source(term, .bigint, name: "[timestamp]", in: table)
        }
        if let term = using.timeToLive {
            sources.timeToLive = try context.source(term, .int, name: "[ttl]", in: table)
        }
        return sources
    }

    /// The restrictions of `columns`, all of which a write must name.
    private func restrictions(
        of columns: ArraySlice<Column>,
        _ keys: [String: KeyRestriction],
        _ what: String
    ) throws(StatementError) -> [KeyRestriction] {
        let missing = columns.map(\.name).filter { keys[$0] == nil }
        guard missing.isEmpty else {
            throw .invalid("Some \(what) are missing: \(missing.joined(separator: ", "))")
        }
        return columns.compactMap { keys[$0.name] }
    }

    /// The WHERE clause of an UPDATE or DELETE: key columns only.
    private mutating func whereClause(
        _ relations: [Relation],
        _ statement: String
    ) throws(StatementError) -> ([KeyRestriction], ClusteringRestrictions) {
        for relation in relations { try check(relation, statement) }
        var compiler = RestrictionCompiler(table: table, allowsFiltering: true, context: context)
        let restrictions = try compiler.compile(relations)
        context = compiler.context
        guard case .keys(let partition) = restrictions.source else {
            let named = restrictions.filters.map(\.columns[0].name)
            let missing = table.partitionKey.map(\.name).filter { !named.contains($0) }
            throw .invalid("Some partition key parts are missing: \(missing.joined(separator: ", "))")
        }
        try requireContiguous(restrictions)
        return (partition, restrictions.clustering)
    }

    private func check(_ relation: Relation, _ statement: String) throws(StatementError) {
        switch relation.subject {
        case .token:
            throw .invalid("The token function cannot be used in WHERE clauses for \(statement) statements")
        case .columns: return
        case .element(let name, _): throw .invalid("Non PRIMARY KEY columns found in where clause: \(name) ")
        case .column(let name):
            let column = try table.requireColumn(name)
            guard column.isKey else { throw .invalid("Non PRIMARY KEY columns found in where clause: \(name) ") }
            guard column.isPartitionKey else { return }
            switch relation.predicate {
            case .compare(.equal, _), .inTerms, .inMarker: return
            case .compare, .contains, .containsKey, .isNotNull:
                throw .invalid(
                    "Only EQ and IN relation are supported on the partition key (unless you use the token() function)"
                )
            }
        }
    }

    /// Every clustering restriction must be part of the ranges: a write checks no row.
    private func requireContiguous(_ restrictions: RestrictionCompiler.Restrictions) throws(StatementError) {
        let covered = restrictions.clustering.partsWidth
        let columns = Array(table.clustering)
        for filter in restrictions.filters {
            guard case .clustering(let position, _) = filter.columns[0].kind, position >= covered else { continue }
            if position > covered {
                throw .invalid(
                    "PRIMARY KEY column \"\(filter.columns[0].name)\" cannot be restricted as preceding column "
                        + "\"\(columns[covered].name)\" is not restricted"
                )
            }
        }
    }

    private func requireNoClustering(
        _ clustering: ClusteringRestrictions,
        _ statement: String
    ) throws(StatementError) {
        guard clustering.parts.isEmpty, clustering.restrictsAll else {
            throw .invalid(
                "Invalid restrictions on clustering columns since the \(statement) statement modifies only static "
                    + "columns"
            )
        }
    }

    private func requireWholeClustering(_ clustering: ClusteringRestrictions) throws(StatementError) {
        let missing = table.clustering.dropFirst(clustering.partsWidth).map(\.name)
        guard missing.isEmpty else {
            throw .invalid("Some clustering keys are missing: \(missing.joined(separator: ", "))")
        }
    }
}
