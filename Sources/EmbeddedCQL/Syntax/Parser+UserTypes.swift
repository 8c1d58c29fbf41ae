/// CREATE TYPE and ALTER TYPE, and DESCRIBE.
extension Parser {
    mutating func createType() throws(StatementError) -> CreateType {
        let ifNotExists = ifNotExists()
        let name = try tableName()
        try expect(.leftParenthesis)
        let fields = try commaSeparated { (parser) throws(StatementError) in try parser.field() }
        try expect(.rightParenthesis)
        return CreateType(name: name, ifNotExists: ifNotExists, fields: fields)
    }

    private mutating func field() throws(StatementError) -> CreateType.Field {
        CreateType.Field(name: try name(), type: try typeName())
    }

    mutating func alterType() throws(StatementError) -> AlterType {
        let ifExists = ifExists()
        let name = try tableName()
        if accept(word: "add") {
            _ = ifNotExists()
            return AlterType(name: name, ifExists: ifExists, change: .add(try field()))
        }
        if accept(word: "alter") { throw .invalid("Altering field types is no longer supported") }
        try expect(word: "rename")
        return AlterType(name: name, ifExists: ifExists, change: .rename(try renamings()))
    }

    /// Reads `a TO b AND c TO d`.
    mutating func renamings() throws(StatementError) -> [AlterTable.Renaming] {
        var renamings: [AlterTable.Renaming] = []
        repeat {
            let from = try name()
            try expect(word: "to")
            renamings.append(AlterTable.Renaming(from: from, to: try name()))
        } while accept(word: "and")
        return renamings
    }
}

// MARK: - DESCRIBE

extension Parser {
    mutating func describe() throws(StatementError) -> Describe {
        advance()
        let description = try describedObject()
        // The identifiers of tables, which WITH INTERNALS adds, are not part of what is described here.
        if accept(word: "with") { try expect(word: "internals") }
        return description
    }

    private mutating func describedObject() throws(StatementError) -> Describe {
        if accept(word: "cluster") { return .cluster }
        if accept(words: "full", "schema") { return .schema(includesSystem: true) }
        if accept(word: "schema") { return .schema(includesSystem: false) }
        if accept(word: "keyspaces") { return .keyspaces }
        if accept(word: "tables") { return .tables }
        if accept(word: "types") { return .types }
        if accept(words: "only", "keyspace") || accept(word: "keyspace") {
            return .keyspace(isAtEnd ? nil : try name())
        }
        if accept(word: "table") || accept(word: "columnfamily") { return .table(try tableName()) }
        if accept(word: "type") { return .type(try tableName()) }
        for kind in ["function", "aggregate", "index", "view"] {
            if accept(word: kind) { return .absent(kind: kind, name: try tableName()) }
            if accept(word: kind + "s") { return .absent(kind: kind, name: nil) }
        }
        if accept(words: "materialized", "view") { return .absent(kind: "materialized view", name: try tableName()) }
        return .any(try tableName())
    }

    private var isAtEnd: Bool { [.end, .symbol(.semicolon), .word("with")].contains(current.kind) }
}
