extension Parser {
    /// A constant, collection, function call or bind marker.
    mutating func term() throws(StatementError) -> Term {
        let token = current
        switch token.kind {
        case .string(let text): return constant(.string(text))
        case .integer(let digits): return constant(.integer(digits))
        case .float(let digits): return constant(.float(digits))
        case .uuid(let text): return constant(.uuid(text))
        case .hex(let digits): return constant(.blob(digits))
        case .duration(let text): return constant(.duration(text))
        case .positionalMarker:
            advance()
            return addMarker(named: nil)
        case .symbol(.colon):
            advance()
            return addMarker(named: try name())
        case .word(let word): return try wordTerm(word)
        case .symbol(.minus): return try negativeWord()
        case .symbol(.leftBracket): return try nested { (parser) throws(StatementError) in try parser.list() }
        case .symbol(.leftBrace): return try nested { (parser) throws(StatementError) in try parser.setOrMap() }
        case .symbol(.leftParenthesis): return try nested { (parser) throws(StatementError) in try parser.tuple() }
        default: throw noViableAlternative
        }
    }

    private mutating func constant(_ term: Term) -> Term {
        advance()
        return term
    }

    private mutating func wordTerm(_ word: String) throws(StatementError) -> Term {
        switch word {
        case "null": return constant(.null)
        case "true": return constant(.boolean(true))
        case "false": return constant(.boolean(false))
        case "nan": return constant(.float("NaN"))
        case "infinity": return constant(.float("Infinity"))
        default:
            let name = try functionName()
            return try nested { (parser) throws(StatementError) in
                .function(name: name, arguments: try parser.arguments())
            }
        }
    }

    /// Whether a function call follows, qualified by a keyspace or not.
    var functionFollows: Bool {
        lookAhead(1).kind == .symbol(.leftParenthesis)
            || (lookAhead(1).kind == .symbol(.dot) && lookAhead(3).kind == .symbol(.leftParenthesis))
    }

    /// The name of a function that is called; the keyspace of the built-in ones is left out.
    mutating func functionName() throws(StatementError) -> String {
        guard functionFollows, case .word(let word) = current.kind,
            ["token", "cast"].contains(word) || !ReservedWords.all.contains(word)
        else { throw noViableAlternative }
        advance()
        guard accept(.dot) else { return word }
        let function = try name()
        return word == "system" ? function : "\(word).\(function)"
    }

    private mutating func arguments() throws(StatementError) -> [Term] {
        try expect(.leftParenthesis)
        if accept(.rightParenthesis) { return [] }
        let arguments = try terms()
        try expect(.rightParenthesis)
        return arguments
    }

    private mutating func negativeWord() throws(StatementError) -> Term {
        switch lookAhead(1).kind {
        case .word("nan"):
            advance()
            return constant(.float("NaN"))
        case .word("infinity"):
            advance()
            return constant(.float("-Infinity"))
        default: throw noViableAlternative
        }
    }

    /// One or more terms separated by commas.
    mutating func terms() throws(StatementError) -> [Term] {
        try commaSeparated { (parser) throws(StatementError) in try parser.term() }
    }

    private mutating func list() throws(StatementError) -> Term {
        try expect(.leftBracket)
        if accept(.rightBracket) { return .list([]) }
        let elements = try terms()
        try expect(.rightBracket)
        return .list(elements)
    }

    private mutating func tuple() throws(StatementError) -> Term {
        try expect(.leftParenthesis)
        let elements = try terms()
        try expect(.rightParenthesis)
        return .tuple(elements)
    }

    private mutating func setOrMap() throws(StatementError) -> Term {
        try expect(.leftBrace)
        // The type of the column tells whether {} is a set or a map.
        if accept(.rightBrace) { return .set([]) }
        if lookAhead(1).kind == .symbol(.colon), let fields = try userTypeFields() { return .fields(fields) }
        let first = try term()
        guard accept(.colon) else {
            var elements = [first]
            while accept(.comma) { elements.append(try term()) }
            try expect(.rightBrace)
            return .set(elements)
        }
        var entries = [Term.Entry(key: first, value: try term())]
        while accept(.comma) {
            let key = try term()
            try expect(.colon)
            entries.append(Term.Entry(key: key, value: try term()))
        }
        try expect(.rightBrace)
        return .map(entries)
    }

    /// The fields of a literal such as `{street: 'Main'}`, from behind the brace; nil when it is none.
    private mutating func userTypeFields() throws(StatementError) -> [Term.Field]? {
        switch current.kind {
        case .word(let word) where ["true", "false", "null", "nan", "infinity"].contains(word): return nil
        case .word, .quotedName: break
        default: return nil
        }
        let fields = try commaSeparated { (parser) throws(StatementError) in
            let name = try parser.name()
            try parser.expect(.colon)
            return Term.Field(name: name, value: try parser.term())
        }
        try expect(.rightBrace)
        return fields
    }

    /// A type: `int`, `frozen<list<text>>`, `'org…Type'`.
    mutating func typeName() throws(StatementError) -> TypeName {
        if case .string = current.kind { throw .unsupported("custom types are") }
        guard case .word(let word) = current.kind else {
            return TypeName(name: try name(), parameters: [])
        }
        advance()
        if accept(.dot) { return TypeName(name: "\(word).\(try name())", parameters: []) }
        guard accept(.less) else { return TypeName(name: word, parameters: []) }
        let parameters = try nested { (parser) throws(StatementError) in
            try parser.commaSeparated { (parser) throws(StatementError) in try parser.typeName() }
        }
        try expect(.greater)
        return TypeName(name: word, parameters: parameters)
    }

    /// `WITH a = b AND c = {…}`, from behind WITH.
    mutating func property() throws(StatementError) -> Property {
        let name = try name()
        try expect(.equal)
        guard case .word(let word) = current.kind, !["true", "false", "null", "nan", "infinity"].contains(word) else {
            return Property(name: name, value: try term())
        }
        throw noViableAlternative
    }

    mutating func properties() throws(StatementError) -> [Property] {
        var properties = [try property()]
        while accept(word: "and") { properties.append(try property()) }
        return properties
    }
}
