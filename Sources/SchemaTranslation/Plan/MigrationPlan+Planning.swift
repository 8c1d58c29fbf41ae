extension MigrationPlan {
    /// Plans the migration of the selected tables of a schema.
    ///
    /// - Throws: `PlanError` when a pattern selects nothing or two tables would get one name.
    package init(of snapshot: SchemaSnapshot, for request: PlanRequest) throws(PlanError) {
        let keyspace = TargetName.legal(for: request.keyspace)
        let selected = try request.selection.select(from: snapshot)
        var tables: [TablePlan] = []
        var skipped: [SkippedTable] = []
        for table in selected {
            if let reason = Self.reasonToSkip(table) {
                skipped.append(SkippedTable(table: table.name, reason: reason))
            } else {
                tables.append(
                    TablePlan(
                        of: table,
                        keyspace: keyspace,
                        partitionKey: request.partitionKey,
                        isTextUnchecked: snapshot.isTextUnchecked
                    )
                )
            }
        }
        try Self.refuseClashes(tables)
        self.init(
            schema: snapshot.schema,
            requestedKeyspace: request.keyspace,
            tables: tables,
            skippedTables: skipped,
            notes: LossNote.omissions(snapshot.omittedObjects)
        )
    }

    private static func reasonToSkip(_ table: SourceTable) -> SkippedTable.Reason? {
        if table.kind == .foreign { return .foreign }
        if table.primaryKey.isEmpty { return .noPrimaryKey }
        return table.isRowSecurityActive ? .rowSecurity : nil
    }

    private static func refuseClashes(_ tables: [TablePlan]) throws(PlanError) {
        var owners: [String: QualifiedName] = [:]
        for table in tables {
            guard let first = owners.updateValue(table.source, forKey: table.target.name) else { continue }
            throw .nameClash(target: table.target.name, first: first, second: table.source)
        }
    }
}

extension TablePlan {
    /// Plans a table that has a primary key.
    init(of table: SourceTable, keyspace: String, partitionKey choice: PartitionKeyChoice, isTextUnchecked: Bool) {
        let positions = Dictionary(table.columns.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { $1 })
        let key = table.primaryKey.compactMap { positions[$0] }
        let partitionKeyCount = choice == .all ? key.count : 1
        let partitionKey = Array(key.prefix(partitionKeyCount))
        let clusteringKey = Array(key.dropFirst(partitionKeyCount))
        let columns = table.columns.enumerated().map { index, column in
            let mapping = TypeMapping(of: column.type, isTextUnchecked: isTextUnchecked)
            return ColumnPlan(
                name: column.name,
                sourceType: column.type.name,
                targetType: mapping.targetType,
                conversion: mapping.conversion,
                expression: mapping.expression(for: column.name),
                role: partitionKey.contains(index)
                    ? .partitionKey : clusteringKey.contains(index) ? .clusteringKey : .regular
            )
        }
        self.init(
            source: table.name,
            sourceOID: table.oid,
            target: QualifiedName(keyspace, TargetName.legal(for: table.name.name)),
            columns: columns,
            partitionKey: partitionKey,
            clusteringKey: clusteringKey,
            leaves: table.leaves,
            estimatedRowCount: table.estimatedRowCount,
            notes: LossNote.notes(on: table, columns: columns)
        )
    }
}

extension LossNote {
    /// What a table loses: by its types, by inheritance, and by what stands around it.
    static func notes(on table: SourceTable, columns: [ColumnPlan]) -> [LossNote] {
        var notes: [LossNote] = []
        let timestamps = columns.filter(\.holdsTimestamps)
        let inKey = timestamps.filter(\.isKey).map(\.name)
        let regular = timestamps.filter { !$0.isKey }.map(\.name)
        if !inKey.isEmpty { notes.append(.microsecondsRejected(columns: inKey)) }
        if !regular.isEmpty { notes.append(.microsecondsFloored(columns: regular)) }
        let cast = columns.filter { $0.expression != .column($0.name) }.map { "\($0.name) (\($0.sourceType))" }
        if !cast.isEmpty { notes.append(.storedAsText(columns: cast)) }
        if !table.children.isEmpty { notes.append(.keyMayRepeat(children: table.children.map(\.name.description))) }
        for child in table.children where !child.additionalColumns.isEmpty {
            notes.append(.childColumns(child: child.name.description, columns: child.additionalColumns))
        }
        return notes + omissions(table.omittedObjects)
    }

    /// Groups objects by kind, in the order in which the kinds are declared.
    static func omissions(_ objects: [OmittedObject]) -> [LossNote] {
        OmittedObject.Kind.allCases.compactMap { kind in
            let names = objects.filter { $0.kind == kind }.map(\.name)
            return names.isEmpty ? nil : .omitted(kind, names: names)
        }
    }
}

extension ColumnPlan {
    fileprivate var holdsTimestamps: Bool {
        conversion == .timestamp || conversion == .array(element: .timestamp)
    }
}
