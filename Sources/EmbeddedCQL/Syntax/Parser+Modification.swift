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
        let target = try columnPart()
        if accept(.plus) {
            try expect(.equal)
            return .init(target: target, operation: .append(try term()))
        }
        if accept(.minus) {
            try expect(.equal)
            return .init(target: target, operation: .remove(try term()))
        }
        try expect(.equal)
        // `c = c + x` begins with a name; a function call has a parenthesis behind it.
        if let column = try ownColumn() {
            guard column == target.column, target.part == .whole else {
                throw .invalid("Only expressions of the form X = X +<value> are supported.")
            }
            if accept(.plus) { return .init(target: target, operation: .append(try term())) }
            if accept(.minus) { return .init(target: target, operation: .remove(try term())) }
            // `n = n -1`: the sign became part of the number.
            if case .integer(let digits) = current.kind, digits.hasPrefix("-") {
                return .init(target: target, operation: .append(try term()))
            }
            throw noViableAlternative
        }
        let value = try term()
        guard accept(.plus) else { return .init(target: target, operation: .set(value)) }
        guard try name() == target.column, target.part == .whole else {
            throw .invalid("Only expressions of the form X = <value> + X are supported.")
        }
        return .init(target: target, operation: .prepend(value))
    }

    /// The column that an assignment's right side begins with; nil when it begins with a value.
    private mutating func ownColumn() throws(StatementError) -> String? {
        switch current.kind {
        case .quotedName: return try name()
        case .word(let word)
        where !ReservedWords.all.contains(word) && !["true", "false"].contains(word) && !functionFollows:
            return try name()
        default: return nil
        }
    }

    private mutating func columnPart() throws(StatementError) -> ColumnPart {
        let column = try name()
        if accept(.dot) { return ColumnPart(column: column, part: .field(try name())) }
        guard accept(.leftBracket) else { return ColumnPart(column: column, part: .whole) }
        let element = try term()
        try expect(.rightBracket)
        return ColumnPart(column: column, part: .element(element))
    }

    mutating func delete() throws(StatementError) -> Delete {
        try expect(word: "delete")
        var columns: [ColumnPart] = []
        if current.kind != .word("from") {
            columns = try commaSeparated { (parser) throws(StatementError) in try parser.columnPart() }
        }
        try expect(word: "from")
        let table = try tableName()
        // What is removed has no time to live.
        let using = try usingClause(allowsTimeToLive: false)
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

    private mutating func usingClause(allowsTimeToLive: Bool = true) throws(StatementError) -> UsingClause {
        var using = UsingClause()
        guard accept(word: "using") else { return using }
        repeat {
            if accept(word: "timestamp") {
                using.timestamp = try term()
            } else if allowsTimeToLive, accept(word: "ttl") {
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
        var conditions: [ColumnCondition] = []
        repeat {
            conditions.append(ColumnCondition(subject: try columnPart(), predicate: try predicate()))
        } while accept(word: "and")
        return .columns(conditions)
    }
}
