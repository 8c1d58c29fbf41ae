/// INSERT, UPDATE, DELETE and BATCH.
extension Parser {
    mutating func insert() throws(StatementError) -> Insert {
        try expect(word: "insert")
        try expect(word: "into")
        let table = try tableName()
        if accept(word: "json") { throw .unsupported("INSERT JSON is") }
        let columns = try parenthesizedNames()
        try expect(word: "values")
        try expect(.leftParenthesis)
        let values = try terms()
        try expect(.rightParenthesis)
        var insert = Insert(table: table, columns: columns, values: values)
        if ifNotExists() { insert.condition = .notExists }
        insert.using = try usingClause()
        return insert
    }

    mutating func update() throws(StatementError) -> Update {
        try expect(word: "update")
        let table = try tableName()
        let using = try usingClause()
        try expect(word: "set")
        let assignments = try commaSeparated { (parser) throws(StatementError) in try parser.assignment() }
        try expect(word: "where")
        let relations = try relations()
        return Update(
            table: table,
            using: using,
            assignments: assignments,
            relations: relations,
            condition: try condition()
        )
    }

    private mutating func assignment() throws(StatementError) -> Update.Assignment {
        let column = try name()
        if current.kind == .symbol(.leftBracket) || current.kind == .symbol(.dot) {
            throw .unsupported("updates of a part of a column are")
        }
        try expect(.equal)
        // `c = c + 1` and its relatives begin with a name; a function call has a parenthesis behind it.
        switch current.kind {
        case .quotedName: throw .unsupported("counters and updates of a part of a collection are")
        case .word(let word)
        where !ReservedWords.all.contains(word) && !["true", "false"].contains(word)
            && lookAhead(1).kind != .symbol(.leftParenthesis):
            throw .unsupported("counters and updates of a part of a collection are")
        default: break
        }
        let value = try term()
        if current.kind == .symbol(.plus) || current.kind == .symbol(.minus) {
            throw .unsupported("counters and updates of a part of a collection are")
        }
        return Update.Assignment(column: column, value: value)
    }

    mutating func delete() throws(StatementError) -> Delete {
        try expect(word: "delete")
        var columns: [String] = []
        if current.kind != .word("from") {
            columns = try commaSeparated { (parser) throws(StatementError) in
                let column = try parser.name()
                if parser.current.kind == .symbol(.leftBracket) || parser.current.kind == .symbol(.dot) {
                    throw StatementError.unsupported("deletes of a part of a column are")
                }
                return column
            }
        }
        try expect(word: "from")
        let table = try tableName()
        let using = try usingClause()
        try expect(word: "where")
        let relations = try relations()
        return Delete(
            table: table,
            columns: columns,
            using: using,
            relations: relations,
            condition: try condition()
        )
    }

    mutating func batch() throws(StatementError) -> Batch {
        try expect(word: "begin")
        var kind = Batch.Kind.logged
        if accept(word: "unlogged") { kind = .unlogged } else if accept(word: "counter") { kind = .counter }
        try expect(word: "batch")
        let using = try usingClause()
        var statements: [Statement] = []
        while !accept(words: "apply", "batch") {
            switch current.kind {
            case .word("insert"): statements.append(.insert(try insert()))
            case .word("update"): statements.append(.update(try update()))
            case .word("delete"): statements.append(.delete(try delete()))
            default: throw noViableAlternative
            }
            _ = accept(.semicolon)
        }
        return Batch(kind: kind, using: using, statements: statements)
    }

    private mutating func usingClause() throws(StatementError) -> UsingClause {
        var using = UsingClause()
        guard accept(word: "using") else { return using }
        repeat {
            if accept(word: "timestamp") {
                using.timestamp = try term()
            } else if accept(word: "ttl") {
                using.timeToLive = try term()
            } else if accept(word: "timeout") {
                _ = try term()
            } else {
                throw noViableAlternative
            }
        } while accept(word: "and")
        return using
    }

    private mutating func condition() throws(StatementError) -> Condition {
        guard accept(word: "if") else { return .none }
        if accept(word: "exists") { return .exists }
        // What follows is not looked at: the statement is refused as a whole.
        while current.kind != .end, current.kind != .symbol(.semicolon) { advance() }
        return .columns
    }
}
