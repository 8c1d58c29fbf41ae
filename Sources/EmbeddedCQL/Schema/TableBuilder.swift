import CQLWire

/// Makes a table of a CREATE TABLE statement.
struct TableBuilder {
    private let statement: CreateTable
    private let keyspace: KeyspaceSchema

    init(_ statement: CreateTable, in keyspace: KeyspaceSchema) {
        self.statement = statement
        self.keyspace = keyspace
    }

    /// The table that the statement defines.
    ///
    /// - Throws: `StatementError` for a definition that contradicts itself or asks for what this node has not.
    func table(id: CQLUUID) throws(StatementError) -> TableSchema {
        let qualifiedName = "\(keyspace.name).\(statement.name.name)"
        guard let key = statement.primaryKeys.first else {
            throw .invalid("No PRIMARY KEY specifed for table '\(qualifiedName)' (exactly one required)")
        }
        guard statement.primaryKeys.count == 1 else {
            throw .invalid("Multiple PRIMARY KEYs specifed for table '\(qualifiedName)' (exactly one required)")
        }
        let types = try columnTypes()
        let descending = try descendingColumns(clustering: key.clustering)
        var partition: [Column] = []
        for (position, name) in key.partition.enumerated() {
            partition.append(try keyColumn(name, types, .partitionKey(position: position)))
        }
        var clustering: [Column] = []
        for (position, name) in key.clustering.enumerated() {
            let kind = Column.Kind.clustering(position: position, isDescending: descending.contains(name))
            clustering.append(try keyColumn(name, types, kind))
        }
        let keyNames = key.partition + key.clustering
        guard Set(keyNames).count == keyNames.count else {
            throw .invalid("Duplicate column '\(Self.duplicate(in: keyNames))' in PRIMARY KEY clause for table")
        }
        var table = TableSchema(
            keyspace: keyspace.name,
            name: statement.name.name,
            id: id,
            partitionKey: partition,
            clustering: clustering,
            others: try otherColumns(types, keyNames)
        )
        try table.options.apply(statement.properties)
        return table
    }

    private static func duplicate(in names: [String]) -> String {
        var seen: Set<String> = []
        return names.first { !seen.insert($0).inserted } ?? ""
    }

    private func otherColumns(
        _ types: [String: ColumnType],
        _ keyNames: [String]
    ) throws(StatementError) -> [Column] {
        var others: [Column] = []
        for definition in statement.columns {
            guard !keyNames.contains(definition.name) else {
                guard !definition.isStatic else {
                    throw .invalid("Static column '\(definition.name)' cannot be part of the PRIMARY KEY")
                }
                continue
            }
            guard let type = types[definition.name] else { continue }
            let place = others.count { $0.isStatic == definition.isStatic }
            let kind: Column.Kind = definition.isStatic ? .static(cell: place) : .regular(cell: place)
            others.append(Column(name: definition.name, type: type, kind: kind))
        }
        if others.contains(where: \.isStatic), statement.primaryKeys[0].clustering.isEmpty {
            throw .invalid(
                "Static columns are only useful (and thus allowed) if the table has at least one clustering column"
            )
        }
        return others
    }

    private func columnTypes() throws(StatementError) -> [String: ColumnType] {
        let resolution = TypeResolution(keyspace)
        var types: [String: ColumnType] = [:]
        for column in statement.columns {
            guard types[column.name] == nil else {
                throw .invalid("Duplicate column '\(column.name)' declaration for table '\(statement.name.name)'")
            }
            types[column.name] = try resolution.columnType(column.type)
        }
        return types
    }

    private func keyColumn(
        _ name: String,
        _ types: [String: ColumnType],
        _ kind: Column.Kind
    ) throws(StatementError) -> Column {
        guard let type = types[name] else {
            throw .invalid("Unknown column '\(name)' referenced in PRIMARY KEY for table '\(statement.name.name)'")
        }
        if let refusal = type.keyRefusal(of: name) { throw .invalid(refusal) }
        return Column(name: name, type: type, kind: kind)
    }

    private func descendingColumns(clustering: [String]) throws(StatementError) -> Set<String> {
        for (position, ordering) in statement.clusteringOrder.enumerated() {
            guard clustering.contains(ordering.column), position < clustering.count else {
                throw .invalid("Only clustering key columns can be defined in CLUSTERING ORDER directive")
            }
            guard clustering[position] == ordering.column else {
                throw .invalid(
                    "The order of columns in the CLUSTERING ORDER directive must be the one of the clustering key "
                        + "(\(clustering[position]) must appear before \(ordering.column))"
                )
            }
        }
        if !statement.clusteringOrder.isEmpty, statement.clusteringOrder.count != clustering.count {
            throw .invalid("Missing CLUSTERING ORDER for column \(clustering[statement.clusteringOrder.count])")
        }
        return Set(statement.clusteringOrder.filter(\.isDescending).map(\.column))
    }
}
