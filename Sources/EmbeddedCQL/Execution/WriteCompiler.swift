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
        guard insert.condition == .none else { throw .unsupported("conditional (IF) writes are") }
        guard insert.columns.count == insert.values.count else { throw .invalid("Unmatched column names/values") }
        var keys: [String: KeyRestriction] = [:]
        var assignments: [WritePlan.Assignment] = []
        var seen: Set<String> = []
        for (name, term) in zip(insert.columns, insert.values) {
            let column = try table.requireColumn(name)
            guard seen.insert(name).inserted else { throw .invalid("The column names contains duplicates") }
            let source = try context.source(term, of: column, in: table)
            if let cell = column.cell {
                assignments.append(.init(column: column, cell: cell, source: source))
            } else {
                keys[name] = .equal(source)
            }
        }
        return try plan(
            .insert,
            partition: try restrictions(of: table.partitionKey, keys, "partition key parts"),
            clustering: try restrictions(of: table.clustering, keys, "clustering keys"),
            assignments,
            insert.using
        )
    }

    /// - Throws: `StatementError` for columns and values that do not fit the table.
    mutating func compile(_ update: Update) throws(StatementError) -> WritePlan {
        guard update.condition == .none else { throw .unsupported("conditional (IF) writes are") }
        let using = try sources(of: update.using)
        var assignments: [WritePlan.Assignment] = []
        for assignment in update.assignments {
            let column = try table.requireColumn(assignment.column)
            guard let cell = column.cell else { throw .invalid("PRIMARY KEY part \(column.name) found in SET part") }
            guard !assignments.contains(where: { $0.cell == cell }) else {
                throw .invalid("Multiple incompatible setting of column \(column.name)")
            }
            let source = try context.source(assignment.value, of: column, in: table)
            assignments.append(.init(column: column, cell: cell, source: source))
        }
        let keys = try keyRestrictions(update.relations)
        return plan(
            .update,
            partition: try restrictions(of: table.partitionKey, keys, "partition key parts"),
            clustering: try restrictions(of: table.clustering, keys, "clustering keys"),
            assignments,
            using
        )
    }

    /// - Throws: `StatementError` for columns and values that do not fit the table.
    mutating func compile(_ delete: Delete) throws(StatementError) -> WritePlan {
        guard delete.condition == .none else { throw .unsupported("conditional (IF) writes are") }
        let using = try sources(of: delete.using)
        var assignments: [WritePlan.Assignment] = []
        for name in delete.columns {
            let column = try table.requireColumn(name)
            guard let cell = column.cell else {
                throw .invalid("Invalid identifier \(name) for deletion (should not be a PRIMARY KEY part)")
            }
            assignments.append(.init(column: column, cell: cell, source: .null))
        }
        let keys = try keyRestrictions(delete.relations)
        let partition = try restrictions(of: table.partitionKey, keys, "partition key parts")
        let restricted = table.clustering.filter { keys[$0.name] != nil }.count
        if restricted == 0, table.clusteringCount > 0 {
            guard assignments.isEmpty else {
                throw .invalid("Range deletions are not supported for specific columns")
            }
            return plan(.deletePartition, partition: partition, clustering: [], [], using)
        }
        guard restricted == table.clusteringCount else { throw .unsupported("range deletions are") }
        let clustering = try restrictions(of: table.clustering, keys, "clustering keys")
        let kind: WritePlan.Kind = assignments.isEmpty ? .deleteRow : .deleteCells
        return plan(kind, partition: partition, clustering: clustering, assignments, using)
    }

    private mutating func plan(
        _ kind: WritePlan.Kind,
        partition: [KeyRestriction],
        clustering: [KeyRestriction],
        _ assignments: [WritePlan.Assignment],
        _ using: UsingClause
    ) throws(StatementError) -> WritePlan {
        let using = try sources(of: using)
        return plan(kind, partition: partition, clustering: clustering, assignments, using)
    }

    private func plan(
        _ kind: WritePlan.Kind,
        partition: [KeyRestriction],
        clustering: [KeyRestriction],
        _ assignments: [WritePlan.Assignment],
        _ using: UsingSources
    ) -> WritePlan {
        WritePlan(
            table: table,
            kind: kind,
            partition: partition,
            clustering: clustering,
            assignments: assignments,
            timestamp: using.timestamp,
            timeToLive: using.timeToLive,
            constants: context.constants
        )
    }
}

// MARK: - Parts

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

    /// The WHERE clause of an UPDATE or DELETE: key columns only, with = and IN.
    private mutating func keyRestrictions(_ relations: [Relation]) throws(StatementError) -> [String: KeyRestriction] {
        var keys: [String: KeyRestriction] = [:]
        for relation in relations {
            guard case .column(let name) = relation.subject else {
                throw .unsupported("token and multi-column relations in UPDATE and DELETE are")
            }
            let column = try table.requireColumn(name)
            guard column.isKey else { throw .invalid("Non PRIMARY KEY columns found in where clause: \(name)") }
            guard keys[name] == nil else {
                throw .invalid("\(name) cannot be restricted by more than one relation if it includes an Equal")
            }
            keys[name] = try restriction(relation.predicate, of: column)
        }
        return keys
    }

    private mutating func restriction(
        _ predicate: Relation.Predicate,
        of column: Column
    ) throws(StatementError) -> KeyRestriction {
        switch predicate {
        case .compare(.equal, let term): return .equal(try context.source(term, of: column, in: table))
        case .inTerms(let terms):
            var sources: [ValueSource] = []
            for term in terms { sources.append(try context.source(term, of: column, in: table)) }
            return .among(sources)
        case .inMarker(let term):
            return .amongList(try context.source(term, .list(column.type), name: "in(\(column.name))", in: table))
        case .compare, .isNotNull:
            if column.isPartitionKey {
                throw .invalid(
                    "Only EQ and IN relation are supported on the partition key (unless you use the token() function)"
                )
            }
            throw .unsupported("range deletions and updates are")
        }
    }
}
