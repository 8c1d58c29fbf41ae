extension Parser {
    mutating func select() throws(StatementError) -> Select {
        try expect(word: "select")
        // A column may be called json, or distinct.
        if current.kind == .word("json"), !nameEndsSelector(after: 1) { throw .unsupported("SELECT JSON is") }
        let isDistinct = !nameEndsSelector(after: 1) && accept(word: "distinct")
        var selectors: [Selector] = []
        if !accept(.star) {
            selectors = try commaSeparated { (parser) throws(StatementError) in try parser.selector() }
        }
        try expect(word: "from")
        var select = Select(table: try tableName(), isDistinct: isDistinct, selectors: selectors)
        if accept(word: "where") { select.relations = try relations() }
        if accept(words: "group", "by") {
            select.grouping = try commaSeparated { (parser) throws(StatementError) in try parser.name() }
        }
        if accept(words: "order", "by") {
            select.ordering = try commaSeparated { (parser) throws(StatementError) in
                try parser.ordering(requiringDirection: false)
            }
        }
        if accept(words: "per", "partition", "limit") { select.perPartitionLimit = try term() }
        if accept(word: "limit") { select.limit = try term() }
        select.allowsFiltering = accept(words: "allow", "filtering")
        _ = accept(words: "bypass", "cache")
        if accept(words: "using", "timeout") { _ = try term() }
        return select
    }

    private func nameEndsSelector(after distance: Int) -> Bool {
        [.word("from"), .word("as"), .symbol(.comma), .symbol(.dot), .symbol(.leftBracket)].contains(
            lookAhead(distance).kind
        )
    }

    private mutating func selector() throws(StatementError) -> Selector {
        let expression = try selectorExpression()
        return Selector(expression: expression, alias: accept(word: "as") ? try name() : nil)
    }

    private mutating func selectorExpression() throws(StatementError) -> Selector.Expression {
        try nested { (parser) throws(StatementError) in
            var expression = try parser.simpleSelector()
            while true {
                if parser.accept(.dot) {
                    expression = .field(expression, try parser.name())
                } else if parser.accept(.leftBracket) {
                    expression = .element(expression, try parser.term())
                    try parser.expect(.rightBracket)
                } else {
                    return expression
                }
            }
        }
    }

    private mutating func simpleSelector() throws(StatementError) -> Selector.Expression {
        switch current.kind {
        case .word where functionFollows: return try call()
        case .quotedName: return .column(try name())
        case .word(let word) where !["null", "true", "false", "nan", "infinity"].contains(word):
            return .column(try name())
        default: return .term(try term())
        }
    }

    private mutating func call() throws(StatementError) -> Selector.Expression {
        let function = try functionName()
        try expect(.leftParenthesis)
        if function == "cast" {
            let expression = try selectorExpression()
            try expect(word: "as")
            let type = try typeName()
            try expect(.rightParenthesis)
            return .cast(expression, type)
        }
        if function == "count" {
            let countsRows = accept(.star) || (current.kind == .integer("1") && accept(.integer("1")))
            if countsRows {
                try expect(.rightParenthesis)
                return .countRows
            }
        }
        if accept(.rightParenthesis) { return .call(function, []) }
        let arguments = try commaSeparated { (parser) throws(StatementError) in try parser.selectorExpression() }
        try expect(.rightParenthesis)
        return .call(function, arguments)
    }

    private mutating func accept(_ kind: LexicalToken.Kind) -> Bool {
        guard current.kind == kind else { return false }
        advance()
        return true
    }
}

// MARK: - WHERE

extension Parser {
    /// The conditions of a WHERE clause.
    mutating func relations() throws(StatementError) -> [Relation] {
        var relations = [try relation()]
        while accept(word: "and") { relations.append(try relation()) }
        return relations
    }

    private mutating func relation() throws(StatementError) -> Relation {
        let subject: Relation.Subject
        if accept(word: "token") {
            subject = .token(try parenthesizedNames())
        } else if current.kind == .symbol(.leftParenthesis) {
            subject = .columns(try parenthesizedNames())
        } else {
            let column = try name()
            if accept(.leftBracket) {
                subject = .element(column, try term())
                try expect(.rightBracket)
            } else {
                subject = .column(column)
            }
        }
        return Relation(subject: subject, predicate: try predicate())
    }

    /// What stands behind the subject of a relation or of a condition.
    mutating func predicate() throws(StatementError) -> Relation.Predicate {
        switch current.kind {
        case .symbol(let symbol):
            guard let comparison = Relation.Operator(rawValue: symbol.rawValue) else { throw noViableAlternative }
            advance()
            return .compare(comparison, try term())
        case .word("in"):
            advance()
            guard accept(.leftParenthesis) else {
                guard [.positionalMarker, .symbol(.colon)].contains(current.kind) else { throw noViableAlternative }
                return .inMarker(try term())
            }
            if accept(.rightParenthesis) { return .inTerms([]) }
            let values = try terms()
            try expect(.rightParenthesis)
            return .inTerms(values)
        case .word("is"):
            advance()
            try expect(word: "not")
            try expect(word: "null")
            return .isNotNull
        case .word("contains"):
            advance()
            return accept(word: "key") ? .containsKey(try term()) : .contains(try term())
        case .word("like"):
            throw .invalid("LIKE restriction is only supported on properly indexed columns")
        default: throw noViableAlternative
        }
    }
}
