import CQLWire

/// Answers DESCRIBE, with the columns that cqlsh reads.
struct SchemaDescription {
    let schema: Schema
    /// The connection's keyspace.
    let keyspace: String?

    private struct Object {
        let keyspace: String
        let type: String
        let name: String
        let statement: String
    }

    /// The rows of the answer, page by page like those of a SELECT.
    ///
    /// - Throws: `StatementError` (invalid) for what does not exist.
    func rows(for describe: Describe, _ options: RunOptions) throws(StatementError) -> Rows {
        if describe == .cluster { return cluster(options) }
        let objects = try objects(for: describe)
        let isList = [.keyspaces, .tables, .types].contains(describe) || describe.isListOfAbsent
        var names = ["keyspace_name", "type", "name"]
        if !isList { names.append("create_statement") }
        let rows = objects.map { object in
            [object.keyspace, object.type, object.name] + (isList ? [] : [object.statement])
        }
        return Self.rows(names, rows, options)
    }

    private static func rows(_ names: [String], _ rows: [[String]], _ options: RunOptions) -> Rows {
        var content: [UInt8] = []
        for value in rows.joined() { content.appendComponent(Array(value.utf8)) }
        let spec = TableSpec(keyspace: "system", table: "describe")
        let columns = names.map { ColumnSpec(table: spec, name: $0, type: .text) }
        let metadata =
            options.skipsMetadata ? RowsMetadata(columnCount: names.count) : RowsMetadata(columns: columns)
        return Rows(metadata: metadata, rowCount: rows.count, content: content[...])
    }

    private func cluster(_ options: RunOptions) -> Rows {
        Self.rows(
            ["cluster", "partitioner", "snitch"],
            [[Node.clusterName, Node.partitioner, "org.apache.cassandra.locator.SimpleSnitch"]],
            options
        )
    }

    private var sortedKeyspaces: [KeyspaceSchema] { schema.keyspaces.values.sorted { $0.name < $1.name } }

    private func objects(for describe: Describe) throws(StatementError) -> [Object] {
        switch describe {
        case .cluster: return []
        case .keyspaces: return sortedKeyspaces.map(Self.keyspaceObject)
        case .schema(let includesSystem):
            return sortedKeyspaces.filter { includesSystem || !$0.isSystem }.flatMap(Self.whole)
        case .tables: return chosen.flatMap(Self.tables)
        case .types: return chosen.flatMap(Self.types)
        case .keyspace(let name):
            guard let name = name ?? keyspace else { throw .invalid("No keyspace specified and no current keyspace") }
            return Self.whole(try require(name))
        case .table(let name): return [try table(name)]
        case .type(let name): return [try type(name)]
        case .any(let name): return try any(name)
        case .absent(let kind, let name):
            guard let name else { return [] }
            throw .invalid("\(kind) '\(name.name)' not found in keyspace '\(name.keyspace ?? keyspace ?? "")'")
        }
    }

    /// The connection's keyspace, or all of them.
    private var chosen: [KeyspaceSchema] {
        sortedKeyspaces.filter { keyspace == nil || $0.name == keyspace }
    }

    private func require(_ name: String) throws(StatementError) -> KeyspaceSchema {
        guard let found = schema.keyspaces[name] else { throw .invalid("'\(name)' not found in keyspaces") }
        return found
    }

    private func keyspace(of name: TableName) throws(StatementError) -> KeyspaceSchema {
        guard let keyspace = name.keyspace ?? keyspace else {
            throw .invalid("No keyspace specified and no current keyspace")
        }
        return try require(keyspace)
    }

    private func table(_ name: TableName) throws(StatementError) -> Object {
        let keyspace = try keyspace(of: name)
        guard let table = keyspace.tables[name.name] else {
            throw .invalid("Table '\(name.name)' not found in keyspace '\(keyspace.name)'")
        }
        return Self.tableObject(table)
    }

    private func type(_ name: TableName) throws(StatementError) -> Object {
        let keyspace = try keyspace(of: name)
        guard let type = keyspace.types[name.name] else {
            throw .invalid("User defined type '\(name.name)' not found in '\(keyspace.name)'")
        }
        return Self.typeObject(type)
    }

    private func any(_ name: TableName) throws(StatementError) -> [Object] {
        if name.keyspace == nil, let found = schema.keyspaces[name.name] { return Self.whole(found) }
        let keyspace = try keyspace(of: name)
        if let table = keyspace.tables[name.name] { return [Self.tableObject(table)] }
        if let type = keyspace.types[name.name] { return [Self.typeObject(type)] }
        throw .invalid("'\(name.name)' not found in keyspace '\(keyspace.name)'")
    }
}

// MARK: - Objects

extension SchemaDescription {
    private static func keyspaceObject(_ keyspace: KeyspaceSchema) -> Object {
        object("keyspace", keyspace.name, of: keyspace.name, CreateStatement.text(of: keyspace))
    }

    private static func tableObject(_ table: TableSchema) -> Object {
        object("table", table.name, of: table.keyspace, CreateStatement.text(of: table))
    }

    private static func typeObject(_ type: UserDefinedType) -> Object {
        object("type", type.name, of: type.keyspace, CreateStatement.text(of: type))
    }

    private static func object(_ type: String, _ name: String, of keyspace: String, _ statement: String) -> Object {
        let (keyspace, name) = (CreateStatement.name(keyspace), CreateStatement.name(name))
        return Object(keyspace: keyspace, type: type, name: name, statement: statement)
    }

    private static func tables(_ keyspace: KeyspaceSchema) -> [Object] {
        keyspace.tables.values.sorted { $0.name < $1.name }.map(tableObject)
    }

    /// Types that others use come before those.
    private static func types(_ keyspace: KeyspaceSchema) -> [Object] {
        var rest = keyspace.types.values.sorted { $0.name < $1.name }
        var ordered: [UserDefinedType] = []
        while !rest.isEmpty {
            let ready = rest.firstIndex { type in
                !rest.contains { other in
                    other.name != type.name && type.fields.contains { $0.type.references(other) }
                }
            }
            ordered.append(rest.remove(at: ready ?? 0))
        }
        return ordered.map(typeObject)
    }

    private static func whole(_ keyspace: KeyspaceSchema) -> [Object] {
        [keyspaceObject(keyspace)] + types(keyspace) + tables(keyspace)
    }
}

extension Describe {
    fileprivate var isListOfAbsent: Bool {
        if case .absent(_, nil) = self { return true }
        return false
    }
}
