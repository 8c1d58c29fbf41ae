import CQLWire

/// CREATE, ALTER and DROP TYPE.
extension Schema {
    /// Creates a user-defined type; nil when it is there and IF NOT EXISTS allows that.
    ///
    /// - Throws: `StatementError` when it exists or its definition is wrong.
    mutating func create(_ statement: CreateType, current: String?) throws(StatementError) -> SchemaDelta? {
        var keyspace = try changeableKeyspace(of: statement.name, current: current)
        let name = statement.name.name
        guard keyspace.types[name] == nil else {
            guard !statement.ifNotExists else { return nil }
            throw .invalid("A user type with name '\(name)' already exists")
        }
        var type = UserDefinedType(keyspace: keyspace.name, name: name, fields: [])
        for field in statement.fields { try Self.add(field, to: &type, in: keyspace) }
        keyspace.types[name] = type
        replace(keyspace)
        return SchemaDelta(.created, .type(name), keyspace: keyspace.name)
    }

    /// Adds or renames fields of a type, in all tables and types that use it.
    ///
    /// - Throws: `StatementError` when there is no such type or the change is not possible.
    mutating func alter(_ statement: AlterType, current: String?) throws(StatementError) -> SchemaDelta? {
        var keyspace = try changeableKeyspace(of: statement.name, current: current)
        let name = statement.name.name
        guard var type = keyspace.types[name] else {
            guard !statement.ifExists else { return nil }
            throw .invalid("Type \(keyspace.name).\(name) doesn't exist")
        }
        switch statement.change {
        case .add(let field): try Self.add(field, to: &type, in: keyspace)
        case .rename(let renamings):
            for renaming in renamings { try Self.rename(renaming, in: &type) }
        }
        keyspace.types[name] = type
        for other in keyspace.types.values where other.name != name {
            var changed = other
            keyspace.types[other.name] = changed.replaceFields(type)
        }
        for table in keyspace.tables.values {
            var changed = table
            changed.replaceType(type)
            keyspace.tables[table.name] = changed
        }
        replace(keyspace)
        return SchemaDelta(.updated, .type(name), keyspace: keyspace.name)
    }

    /// Removes a type.
    ///
    /// - Throws: `StatementError` when there is no such type, or something uses it.
    mutating func dropType(
        _ typeName: TableName,
        ifExists: Bool,
        current: String?
    ) throws(StatementError) -> SchemaDelta? {
        var keyspace = try changeableKeyspace(of: typeName, current: current)
        let name = typeName.name
        guard let type = keyspace.types[name] else {
            guard !ifExists else { return nil }
            throw .invalid("Type '\(keyspace.name).\(name)' doesn't exist")
        }
        let users = keyspace.types.values.filter { other in
            other.name != name && other.fields.contains { $0.type.references(type) }
        }
        guard users.isEmpty else {
            let names = users.map(\.name).sorted().joined(separator: ", ")
            throw .invalid(
                "Cannot drop user type '\(keyspace.name).\(name)' as it is still used by user types \(names)"
            )
        }
        let tables = keyspace.tables.values.filter { table in table.columns.contains { $0.type.references(type) } }
        guard tables.isEmpty else {
            let names = tables.map(\.name).sorted().joined(separator: ", ")
            throw .invalid("Cannot drop user type '\(keyspace.name).\(name)' as it is still used by tables \(names)")
        }
        keyspace.types[name] = nil
        replace(keyspace)
        return SchemaDelta(.dropped, .type(name), keyspace: keyspace.name)
    }

    private func changeableKeyspace(of name: TableName, current: String?) throws(StatementError) -> KeyspaceSchema {
        let keyspaceName = try Self.keyspaceName(of: name, current: current)
        guard let keyspace = keyspaces[keyspaceName] else { throw .invalid("Keyspace '\(keyspaceName)' doesn't exist") }
        try requireChangeable(keyspace)
        return keyspace
    }

    private static func add(
        _ field: CreateType.Field,
        to type: inout UserDefinedType,
        in keyspace: KeyspaceSchema
    ) throws(StatementError) {
        guard !type.fields.contains(where: { $0.name == field.name }) else {
            throw .invalid(
                "Cannot add field \(field.name) to type \(type.keyspace).\(type.name): a field with name \(field.name) "
                    + "already exists"
            )
        }
        let fieldType = try TypeResolution(keyspace).type(field.type)
        if case .userDefined = fieldType { throw .invalid("A user type cannot contain non-frozen UDTs") }
        guard !fieldType.references(type) else {
            throw .invalid(
                "Cannot add new field \(field.name) of type \(fieldType) to type \(type.name) as this would "
                    + "create a circular reference"
            )
        }
        type.fields.append(.init(name: field.name, type: fieldType))
    }

    private static func rename(_ renaming: AlterTable.Renaming, in type: inout UserDefinedType) throws(StatementError) {
        guard let index = type.fields.firstIndex(where: { $0.name == renaming.from }) else {
            throw .invalid("Unkown field \(renaming.from) in user type \(type.keyspace).\(type.name)")
        }
        guard !type.fields.contains(where: { $0.name == renaming.to }) else {
            throw .invalid(
                "Duplicate field name \(renaming.to) in type \(type.keyspace).\(type.name)"
            )
        }
        type.fields[index].name = renaming.to
    }
}
