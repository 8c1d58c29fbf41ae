import CQLWire

/// Changes a table as ALTER TABLE says.
struct TableAlteration {
    let keyspace: KeyspaceSchema
    private(set) var table: TableSchema

    /// - Throws: `StatementError` when the change is not possible.
    mutating func apply(_ change: AlterTable.Change) throws(StatementError) {
        switch change {
        case .add(let columns, let ifNotExists):
            for column in columns { try add(column, ifNotExists: ifNotExists) }
        case .drop(let names, let ifExists):
            for name in names { try drop(name, ifExists: ifExists) }
        case .rename(let renamings):
            for renaming in renamings { try rename(renaming) }
        case .with(let properties): try table.options.apply(properties)
        }
    }

    private mutating func add(_ column: ColumnDefinition, ifNotExists: Bool) throws(StatementError) {
        if table.column(column.name) != nil {
            if ifNotExists { return }
            throw .invalid("Column with name '\(column.name)' already exists")
        }
        if column.isStatic, table.clusteringCount == 0 {
            throw .invalid(
                "Static columns are only useful (and thus allowed) if the table has at least one clustering column"
            )
        }
        let type = try TypeResolution(keyspace).columnType(column.type)
        if let dropped = table.dropped[column.name] { try Self.requireSuccessor(column, type, of: dropped) }
        table.addColumn(column.name, type, isStatic: column.isStatic)
    }

    private static func requireSuccessor(
        _ column: ColumnDefinition,
        _ type: ColumnType,
        of dropped: Column
    ) throws(StatementError) {
        let again = "Cannot re-add previously dropped column '\(column.name)' of"
        guard dropped.type.withoutFrozen.takesValues(of: type) else {
            throw .invalid(
                "\(again) type \(type.schemaText), incompatible with previous type \(dropped.type.schemaText)"
            )
        }
        guard dropped.isStatic == column.isStatic else {
            let kinds = [column.isStatic, dropped.isStatic].map { $0 ? "STATIC" : "REGULAR" }
            throw .invalid("\(again) kind \(kinds[0]), incompatible with previous kind \(kinds[1])")
        }
    }

    private mutating func drop(_ name: String, ifExists: Bool) throws(StatementError) {
        guard let column = table.column(name) else {
            if ifExists { return }
            throw .invalid("Column \(name) was not found in table '\(table.keyspace).\(table.name)'")
        }
        guard !column.isKey else { throw .invalid("Cannot drop PRIMARY KEY column \(name)") }
        table.removeColumn(name)
    }

    private mutating func rename(_ renaming: AlterTable.Renaming) throws(StatementError) {
        guard let column = table.column(renaming.from) else {
            throw .invalid("Column \(renaming.from) was not found in table '\(table.keyspace).\(table.name)'")
        }
        guard column.isKey else { throw .invalid("Cannot rename non PRIMARY KEY column \(renaming.from)") }
        guard table.column(renaming.to) == nil else {
            throw .invalid(
                "Cannot rename column \(renaming.from) to \(renaming.to) in table '\(table.keyspace).\(table.name)'; "
                    + "another column with that name already exists"
            )
        }
        table.renameColumn(renaming.from, to: renaming.to)
    }
}
