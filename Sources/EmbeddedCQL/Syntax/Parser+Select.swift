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
        if accept(words: "group", "by") { throw .unsupported("GROUP BY is") }
        if accept(words: "order", "by") {
            select.ordering = try commaSeparated { (parser) throws(StatementError) in
                try parser.ordering(requiringDirection: false)
            }
        }
        if accept(words: "per", "partition", "limit") { select.perPartitionLimit = try term() }
        if accept(word: "limit") { select.limit = try term() }
        select.allowsFiltering = accept(words: "allow", "filtering")
        if accept(words: "bypass", "cache") {}
        if accept(words: "using", "timeout") { _ = try term() }
        return select
    }

    private func nameEndsSelector(after distance: Int) -> Bool {
        [.word("from"), .word("as"), .symbol(.comma)].contains(lookAhead(distance).kind)
    }

    private mutating func selector() throws(StatementError) -> Selector {
        let expression = try selectorExpression()
        return Selector(expression: expression, alias: accept(word: "as") ? try name() : nil)
    }

    private mutating func selectorExpression() throws(StatementError) -> Selector.Expression {
        guard lookAhead(1).kind == .symbol(.leftParenthesis), case .word(let function) = current.kind else {
            let column = try name()
            if [.symbol(.dot), .symbol(.leftBracket)].contains(current.kind) {
                throw .unsupported("selections of a part of a column are")
            }
            return .column(column)
        }
        advance()
        if function == "token" { return .token(try parenthesizedNames()) }
        try expect(.leftParenthesis)
        let expression: Selector.Expression
        switch function {
        case "count" where accept(.star): expression = .countRows
        case "count" where current.kind == .integer("1"):
            advance()
            expression = .countRows
        case "count": expression = .countColumn(try name())
        case "writetime": expression = .writeTime(try name())
        case "ttl": expression = .timeToLive(try name())
        default: throw .unsupported("the function \(function) is")
        }
        try expect(.rightParenthesis)
        return expression
    }

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
            subject = .column(try name())
        }
        return Relation(subject: subject, predicate: try predicate())
    }

    private mutating func predicate() throws(StatementError) -> Relation.Predicate {
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
        case .word("contains"): throw .unsupported("CONTAINS is")
        case .word("like"): throw .unsupported("LIKE is")
        default: throw noViableAlternative
        }
    }
}
