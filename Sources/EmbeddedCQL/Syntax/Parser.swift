/// Recursive-descent parser of the CQL statements that the node knows.
///
/// Any text gives a statement or a `StatementError`: recursion is bounded, nothing traps. CQL that a real server
/// knows and this node does not is refused by name, so that it is never taken for something else.
struct Parser {
    /// Collections, tuples and types nest at most this deep.
    static let nestingLimit = 32

    private let tokens: [LexicalToken]
    private var index = 0
    private(set) var markerNames: [String?] = []
    var nesting = 0

    /// Parses one statement; a semicolon may end it.
    ///
    /// - Throws: `StatementError` when the text is no CQL, or CQL that this node refuses.
    static func parse(_ text: String) throws(StatementError) -> ParsedStatement {
        var parser = Parser(tokens: try Lexer.tokens(of: text))
        let statement = try parser.statement()
        while parser.accept(.semicolon) {}
        guard parser.current.kind == .end else {
            throw parser.failure("mismatched input '\(parser.current.text)' expecting EOF")
        }
        return ParsedStatement(statement: statement, markerNames: parser.markerNames)
    }

    private init(tokens: [LexicalToken]) {
        self.tokens = tokens
    }

    private mutating func statement() throws(StatementError) -> Statement {
        guard case .word(let verb) = current.kind else { throw noViableAlternative }
        switch verb {
        case "select": return .select(try select())
        case "insert": return .insert(try insert())
        case "update": return .update(try update())
        case "delete": return .delete(try delete())
        case "begin": return .batch(try batch())
        case "use":
            advance()
            return .use(keyspace: try name())
        case "create": return try create()
        case "alter": return try alter()
        case "drop": return try drop()
        case "truncate":
            advance()
            if !accept(word: "table") { _ = accept(word: "columnfamily") }
            return .truncate(try tableName())
        case "describe", "desc": return .describe(try describe())
        case "grant", "revoke", "list":
            throw .anonymous
        default: throw noViableAlternative
        }
    }
}

// MARK: - Tokens

extension Parser {
    var current: LexicalToken { tokens[min(index, tokens.count - 1)] }

    func lookAhead(_ distance: Int) -> LexicalToken { tokens[min(index + distance, tokens.count - 1)] }

    mutating func advance() { index = min(index + 1, tokens.count - 1) }

    mutating func accept(_ symbol: LexicalToken.Symbol) -> Bool {
        guard current.kind == .symbol(symbol) else { return false }
        advance()
        return true
    }

    mutating func accept(word: String) -> Bool {
        guard current.kind == .word(word) else { return false }
        advance()
        return true
    }

    /// Accepts all `words` in a row, or none of them.
    mutating func accept(words: String...) -> Bool {
        for (distance, word) in words.enumerated() where lookAhead(distance).kind != .word(word) { return false }
        for _ in words { advance() }
        return true
    }

    mutating func expect(_ symbol: LexicalToken.Symbol) throws(StatementError) {
        guard accept(symbol) else { throw mismatch(symbol.rawValue) }
    }

    mutating func expect(word: String) throws(StatementError) {
        guard accept(word: word) else { throw mismatch("K_\(word.uppercased())") }
    }

    mutating func addMarker(named name: String?) -> Term {
        markerNames.append(name)
        return .marker(markerNames.count - 1)
    }
}

// MARK: - Names

extension Parser {
    /// A keyspace, table or column name.
    mutating func name() throws(StatementError) -> String {
        switch current.kind {
        case .word(let word) where !ReservedWords.all.contains(word):
            advance()
            return word
        case .quotedName(let name):
            guard !name.isEmpty else { throw failure("a quoted name is empty") }
            advance()
            return name
        default: throw noViableAlternative
        }
    }

    mutating func tableName() throws(StatementError) -> TableName {
        let first = try name()
        guard accept(.dot) else { return TableName(keyspace: nil, name: first) }
        return TableName(keyspace: first, name: try name())
    }

    /// One or more elements separated by commas.
    mutating func commaSeparated<Element>(
        _ element: (inout Parser) throws(StatementError) -> Element
    ) throws(StatementError) -> [Element] {
        var elements = [try element(&self)]
        while accept(.comma) { elements.append(try element(&self)) }
        return elements
    }

    mutating func parenthesizedNames() throws(StatementError) -> [String] {
        try expect(.leftParenthesis)
        let names = try commaSeparated { (parser) throws(StatementError) in try parser.name() }
        try expect(.rightParenthesis)
        return names
    }

    mutating func ifExists() -> Bool { accept(words: "if", "exists") }

    mutating func ifNotExists() -> Bool { accept(words: "if", "not", "exists") }
}

// MARK: - Errors

extension Parser {
    /// A syntax error at the current token, placed as the reference server places it.
    func failure(_ message: String) -> StatementError {
        let place = current.kind == .end ? "0:-1" : "\(current.line):\(current.column)"
        return .syntax("line \(place) \(message)")
    }

    private var currentText: String { current.kind == .end ? "<EOF>" : current.text }

    var noViableAlternative: StatementError { failure("no viable alternative at input '\(currentText)'") }

    func mismatch(_ expected: String) -> StatementError {
        failure("mismatched input '\(currentText)' expecting \(expected)")
    }

    /// Runs `body` one level deeper.
    ///
    /// - Throws: `StatementError` beyond `nestingLimit`, or what `body` throws.
    mutating func nested<Result>(
        _ body: (inout Parser) throws(StatementError) -> Result
    ) throws(StatementError) -> Result {
        guard nesting < Self.nestingLimit else { throw failure("the statement nests too deeply") }
        nesting += 1
        let result = try body(&self)
        nesting -= 1
        return result
    }
}
