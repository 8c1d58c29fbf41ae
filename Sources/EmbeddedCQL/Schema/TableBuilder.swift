import CQLWire

/// Makes a table of a CREATE TABLE statement, and changes one as ALTER TABLE says.
struct TableBuilder {
    private let statement: CreateTable
    private let keyspace: String

    init(_ statement: CreateTable, keyspace: String) {
        self.statement = statement
        self.keyspace = keyspace
    }

    /// The table that the statement defines.
    ///
    /// - Throws: `StatementError` for a definition that contradicts itself or asks for what this node has not.
    func table(id: CQLUUID) throws(StatementError) -> TableSchema {
        let qualifiedName = "\(keyspace).\(statement.name.name)"
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
            throw .invalid("The PRIMARY KEY of table '\(qualifiedName)' names a column twice")
        }
        var regular: [Column] = []
        for definition in statement.columns where !keyNames.contains(definition.name) {
            guard let type = types[definition.name] else { continue }
            regular.append(Column(name: definition.name, type: type, kind: .regular(cell: regular.count)))
        }
        var table = TableSchema(
            keyspace: keyspace,
            name: statement.name.name,
            id: id,
            partitionKey: partition,
            clustering: clustering,
            regular: regular
        )
        table.comment = try TableOptions(statement.properties).comment ?? ""
        return table
    }

    private func columnTypes() throws(StatementError) -> [String: ColumnType] {
        var types: [String: ColumnType] = [:]
        for column in statement.columns {
            if column.isStatic { throw .unsupported("static columns are") }
            guard types[column.name] == nil else {
                throw .invalid("Duplicate column '\(column.name)' declaration for table '\(statement.name.name)'")
            }
            types[column.name] = try TypeResolution.type(column.type, keyspace: keyspace)
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
        if let refusal = type.keyRefusal { throw .invalid("\(refusal) '\(name)' of type \(type)") }
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

// MARK: - ALTER TABLE

extension TableBuilder {
    /// Applies `change` to `table`.
    ///
    /// - Throws: `StatementError` when the change is not possible; `table` is then unchanged.
    static func apply(_ change: AlterTable.Change, to table: inout TableSchema) throws(StatementError) {
        var changed = table
        switch change {
        case .add(let columns, let ifNotExists):
            for column in columns {
                if column.isStatic { throw .unsupported("static columns are") }
                if changed.column(column.name) != nil {
                    if ifNotExists { continue }
                    throw .invalid("Column with name '\(column.name)' already exists")
                }
                let type = try TypeResolution.type(column.type, keyspace: table.keyspace)
                changed.addRegularColumn(column.name, type)
            }
        case .drop(let names, let ifExists):
            for name in names { try drop(name, ifExists: ifExists, from: &changed) }
        case .rename(let renamings):
            for renaming in renamings { try rename(renaming, in: &changed) }
        case .with(let properties):
            if let comment = try TableOptions(properties).comment { changed.comment = comment }
        }
        table = changed
    }

    private static func drop(
        _ name: String,
        ifExists: Bool,
        from table: inout TableSchema
    ) throws(StatementError) {
        guard let column = table.column(name) else {
            if ifExists { return }
            throw .invalid("Column \(name) was not found in table '\(table.keyspace).\(table.name)'")
        }
        guard !column.isKey else { throw .invalid("Cannot drop PRIMARY KEY column \(name)") }
        table.removeColumn(name)
    }

    private static func rename(
        _ renaming: AlterTable.Renaming,
        in table: inout TableSchema
    ) throws(StatementError) {
        guard let column = table.column(renaming.from) else {
            throw .invalid("Column \(renaming.from) was not found in table '\(table.keyspace).\(table.name)'")
        }
        guard column.isKey else { throw .invalid("Cannot rename non PRIMARY KEY column \(renaming.from)") }
        guard table.column(renaming.to) == nil else {
            throw .invalid("Cannot rename column \(renaming.from) to \(renaming.to) in table: another column exists")
        }
        table.renameColumn(renaming.from, to: renaming.to)
    }
}
