import CQLWire

/// All keyspaces, and the rules by which definitions change them.
///
/// A change either happens as a whole or throws and leaves everything as it was.
struct Schema: Sendable {
    private(set) var keyspaces: [String: KeyspaceSchema] = [:]
    /// Changes with every definition, so that drivers see when they agree.
    private(set) var version = CQLUUID(high: 0, low: 0)
    private var makeUUID: @Sendable () -> CQLUUID

    /// Starts with the node's own keyspaces; `makeUUID` draws the ids of tables and schema versions.
    init(system: [KeyspaceSchema], makeUUID: @escaping @Sendable () -> CQLUUID) {
        self.makeUUID = makeUUID
        for keyspace in system { keyspaces[keyspace.name] = keyspace }
        version = makeUUID()
    }

    /// The keyspace of that name.
    ///
    /// - Throws: `StatementError` (invalid) when there is none.
    func requireKeyspace(_ name: String) throws(StatementError) -> KeyspaceSchema {
        guard let keyspace = keyspaces[name] else { throw .invalid("Keyspace '\(name)' does not exist") }
        return keyspace
    }

    /// The keyspace that a table name means: its own, or the connection's.
    ///
    /// - Throws: `StatementError` (invalid) when neither is known.
    static func keyspaceName(of table: TableName, current: String?) throws(StatementError) -> String {
        guard let keyspace = table.keyspace ?? current else {
            throw .invalid("No keyspace has been specified. USE a keyspace, or explicitly specify keyspace.tablename")
        }
        return keyspace
    }

    /// The table that a name means.
    ///
    /// - Throws: `StatementError` (invalid) when keyspace or table do not exist.
    func requireTable(_ table: TableName, current: String?) throws(StatementError) -> TableSchema {
        let keyspace = try Self.keyspaceName(of: table, current: current)
        guard let tables = keyspaces[keyspace]?.tables else { throw .invalid("keyspace \(keyspace) does not exist") }
        guard let found = tables[table.name] else { throw .invalid("unconfigured table \(table.name)") }
        return found
    }

    private mutating func changed() {
        version = makeUUID()
    }

    /// Puts a changed keyspace in the place of the old one.
    mutating func replace(_ keyspace: KeyspaceSchema) {
        keyspaces[keyspace.name] = keyspace
        changed()
    }

    func requireChangeable(_ keyspace: KeyspaceSchema) throws(StatementError) {
        guard !keyspace.isSystem else {
            throw StatementError(.unauthorized, "\(keyspace.name) keyspace is not user-modifiable.")
        }
    }
}

// MARK: - Keyspaces

extension Schema {
    /// Creates a keyspace; nil when it is there and IF NOT EXISTS allows that.
    ///
    /// - Throws: `StatementError` when it exists or its options are wrong.
    mutating func create(_ statement: CreateKeyspace) throws(StatementError) -> SchemaDelta? {
        if let existing = keyspaces[statement.name] {
            guard !statement.ifNotExists else { return nil }
            throw StatementError(
                .alreadyExists(keyspace: existing.name, table: ""),
                "Cannot add existing keyspace \"\(existing.name)\""
            )
        }
        try NameRule.check(statement.name, "Keyspace")
        let options = try KeyspaceOptions(statement.properties, keyspace: statement.name)
        guard let replication = options.replication else {
            throw StatementError(.configuration, "Missing mandatory replication strategy class")
        }
        var keyspace = KeyspaceSchema(name: statement.name, replication: replication)
        keyspace.durableWrites = options.durableWrites ?? true
        replace(keyspace)
        return SchemaDelta(.created, keyspace: statement.name)
    }

    /// Changes a keyspace's options.
    ///
    /// - Throws: `StatementError` when there is no such keyspace or an option is wrong.
    mutating func alter(_ statement: AlterKeyspace) throws(StatementError) -> SchemaDelta? {
        guard var keyspace = keyspaces[statement.name] else {
            guard !statement.ifExists else { return nil }
            throw .invalid("Keyspace '\(statement.name)' doesn't exist")
        }
        try requireChangeable(keyspace)
        let options = try KeyspaceOptions(statement.properties, keyspace: statement.name)
        keyspace.replication = options.replication ?? keyspace.replication
        keyspace.durableWrites = options.durableWrites ?? keyspace.durableWrites
        replace(keyspace)
        return SchemaDelta(.updated, keyspace: statement.name)
    }

    /// Removes a keyspace with its tables.
    ///
    /// - Throws: `StatementError` when there is no such keyspace.
    mutating func dropKeyspace(_ name: String, ifExists: Bool) throws(StatementError) -> SchemaDelta? {
        guard let keyspace = keyspaces[name] else {
            guard !ifExists else { return nil }
            throw .invalid("Keyspace '\(name)' doesn't exist")
        }
        try requireChangeable(keyspace)
        keyspaces[name] = nil
        changed()
        return SchemaDelta(
            .dropped,
            keyspace: name,
            removedTables: keyspace.tables.values.sorted { $0.name < $1.name }
        )
    }
}

// MARK: - Tables

extension Schema {
    /// Creates a table; nil when it is there and IF NOT EXISTS allows that.
    ///
    /// - Throws: `StatementError` when it exists or its definition is wrong.
    mutating func create(_ statement: CreateTable, current: String?) throws(StatementError) -> SchemaDelta? {
        let keyspaceName = try Self.keyspaceName(of: statement.name, current: current)
        guard var keyspace = keyspaces[keyspaceName] else { throw .invalid("Keyspace '\(keyspaceName)' doesn't exist") }
        try requireChangeable(keyspace)
        let name = statement.name.name
        if keyspace.tables[name] != nil {
            guard !statement.ifNotExists else { return nil }
            throw StatementError(
                .alreadyExists(keyspace: keyspaceName, table: name),
                "Cannot add already existing table \"\(name)\" to keyspace \"\(keyspaceName)\""
            )
        }
        try NameRule.check(name, "Table")
        keyspace.tables[name] = try TableBuilder(statement, in: keyspace).table(id: makeUUID())
        replace(keyspace)
        return SchemaDelta(.created, .table(name), keyspace: keyspaceName)
    }

    /// Changes a table's columns or options.
    ///
    /// - Throws: `StatementError` when there is no such table or the change is not possible.
    mutating func alter(_ statement: AlterTable, current: String?) throws(StatementError) -> SchemaDelta? {
        let keyspaceName = try Self.keyspaceName(of: statement.name, current: current)
        guard var keyspace = keyspaces[keyspaceName], let table = keyspace.tables[statement.name.name] else {
            guard !statement.ifExists else { return nil }
            throw .invalid("Table '\(keyspaceName).\(statement.name.name)' doesn't exist")
        }
        try requireChangeable(keyspace)
        var alteration = TableAlteration(keyspace: keyspace, table: table)
        try alteration.apply(statement.change)
        keyspace.tables[table.name] = alteration.table
        replace(keyspace)
        return SchemaDelta(.updated, .table(table.name), keyspace: keyspaceName)
    }

    /// Removes a table.
    ///
    /// - Throws: `StatementError` when there is no such table.
    mutating func dropTable(
        _ table: TableName,
        ifExists: Bool,
        current: String?
    ) throws(StatementError) -> SchemaDelta? {
        let keyspaceName = try Self.keyspaceName(of: table, current: current)
        guard var keyspace = keyspaces[keyspaceName], let removed = keyspace.tables[table.name] else {
            guard !ifExists else { return nil }
            throw .invalid("Table '\(keyspaceName).\(table.name)' doesn't exist")
        }
        try requireChangeable(keyspace)
        keyspace.tables[table.name] = nil
        replace(keyspace)
        return SchemaDelta(.dropped, .table(table.name), keyspace: keyspaceName, removedTables: [removed])
    }
}

// MARK: - What there is none of

extension Schema {
    /// Finds no function, aggregate, view or index.
    ///
    /// - Throws: `StatementError` (invalid) unless IF EXISTS allows that.
    func dropAbsent(
        _ kind: String,
        _ name: TableName,
        ifExists: Bool,
        current: String?
    ) throws(StatementError) -> SchemaDelta? {
        let keyspace = try Self.keyspaceName(of: name, current: current)
        guard !ifExists else { return nil }
        throw .invalid("\(kind) '\(keyspace).\(name.name)' doesn't exist")
    }
}

/// What keyspaces and tables may be called.
enum NameRule {
    /// The longest name of a keyspace or table.
    static let lengthLimit = 48

    /// - Throws: `StatementError` (invalid) for a name that is too long or has other characters than `[A-Za-z0-9_]`.
    static func check(_ name: String, _ object: String) throws(StatementError) {
        let isWord = name.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        guard isWord, !name.isEmpty, name.utf8.count <= lengthLimit else {
            throw .invalid(
                "\(object) name must not be empty, more than \(lengthLimit) characters long, or contain "
                    + "non-alphanumeric-underscore characters (got \"\(name)\")"
            )
        }
    }
}
