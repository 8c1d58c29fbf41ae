/// A lexical unit of a CQL statement, with its place for error messages.
struct LexicalToken: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        /// An unquoted name or keyword, in lower case.
        case word(String)
        /// A name in double quotes, as written.
        case quotedName(String)
        /// The content of `'…'` or `$$…$$`.
        case string(String)
        /// Digits with an optional minus sign.
        case integer(String)
        /// A number with a fraction or an exponent.
        case float(String)
        /// The digits behind `0x`.
        case hex(String)
        case uuid(String)
        /// A duration such as `1h30m` or `P1DT2H`.
        case duration(String)
        /// `?`
        case positionalMarker
        /// An operator or bracket.
        case symbol(Symbol)
        case end
    }

    enum Symbol: String, Sendable, CaseIterable {
        case leftParenthesis = "("
        case rightParenthesis = ")"
        case leftBracket = "["
        case rightBracket = "]"
        case leftBrace = "{"
        case rightBrace = "}"
        case comma = ","
        case semicolon = ";"
        case colon = ":"
        case dot = "."
        case star = "*"
        case plus = "+"
        case minus = "-"
        case slash = "/"
        case percent = "%"
        case equal = "="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }

    let kind: Kind
    /// The token as it stands in the statement.
    let text: String
    /// Counted from one.
    let line: Int
    /// Characters before the token on its line.
    let column: Int
}
