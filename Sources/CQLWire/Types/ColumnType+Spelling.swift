/// Types as CQL spells them, in statements and in `system_schema.columns.type`.
extension ColumnType: CustomStringConvertible {
    package var description: String {
        switch self {
        case .list(let element): "list<\(element)>"
        case .set(let element): "set<\(element)>"
        case .map(let key, let value): "map<\(key), \(value)>"
        case .tuple(let elements): "tuple<\(elements.map(\.description).joined(separator: ", "))>"
        case .userDefined(let type): CQLIdentifier.quotedIfNeeded(type.name)
        case .frozen(let inner): "frozen<\(inner)>"
        case .custom(let className): CQLLiteral.string(className)
        case .ascii, .bigint, .blob, .boolean, .counter, .date, .decimal, .double, .duration, .float, .inet, .int,
            .smallint, .text, .time, .timestamp, .timeuuid, .tinyint, .uuid, .varint:
            simpleName ?? ""
        }
    }

    /// Why a text is not a type.
    package struct SpellingError: Error, Hashable, Sendable, CustomStringConvertible {
        package let spelling: String
        package let reason: String

        package var description: String { "'\(spelling)' is not a CQL type: \(reason)" }
    }

    /// Reads a type as CQL spells it; `userTypes` are the ones that the text may name.
    ///
    /// - Throws: `SpellingError` for anything that is not a complete type.
    package init(spelling: String, userTypes: [UserDefinedType] = []) throws(SpellingError) {
        var parser = TypeSpellingParser(spelling, userTypes: userTypes)
        self = try parser.parse()
    }
}

/// A recursive descent over the spelling of one type.
private struct TypeSpellingParser {
    private let spelling: String
    private let userTypes: [UserDefinedType]
    private var rest: Substring.UTF8View

    init(_ spelling: String, userTypes: [UserDefinedType]) {
        self.spelling = spelling
        self.userTypes = userTypes
        rest = Substring(spelling).utf8
    }

    mutating func parse() throws(ColumnType.SpellingError) -> ColumnType {
        let type = try parseType(depth: 0)
        skipSpace()
        guard rest.isEmpty else { throw error("'\(Substring(rest))' follows it") }
        return type
    }

    private mutating func parseType(depth: Int) throws(ColumnType.SpellingError) -> ColumnType {
        guard depth < ColumnType.nestingLimit else { throw error("it nests deeper than \(ColumnType.nestingLimit)") }
        skipSpace()
        if rest.first == UInt8(ascii: "'") { return .custom(try quoted(by: UInt8(ascii: "'"))) }
        if rest.first == UInt8(ascii: "\"") { return try userType(try quoted(by: UInt8(ascii: "\""))) }
        let word = takeWord().lowercased()
        guard take(UInt8(ascii: "<")) else { return try simpleType(word) }
        var arguments = [try parseType(depth: depth + 1)]
        while take(UInt8(ascii: ",")) { arguments.append(try parseType(depth: depth + 1)) }
        guard take(UInt8(ascii: ">")) else { throw error("a '>' is missing") }
        switch (word, arguments.count) {
        case ("list", 1): return .list(arguments[0])
        case ("set", 1): return .set(arguments[0])
        case ("frozen", 1): return .frozen(arguments[0])
        case ("map", 2): return .map(arguments[0], arguments[1])
        case ("tuple", _): return .tuple(arguments)
        default: throw error("'\(word)' does not take \(arguments.count) types")
        }
    }

    private func simpleType(_ word: String) throws(ColumnType.SpellingError) -> ColumnType {
        if word == "varchar" { return .text }
        if let type = ColumnType.simpleTypes.first(where: { $0.simpleName == word }) { return type }
        return try userType(word)
    }

    private func userType(_ name: String) throws(ColumnType.SpellingError) -> ColumnType {
        guard let type = userTypes.first(where: { $0.name == name }) else {
            throw error(name.isEmpty ? "a name is missing" : "there is no type '\(name)'")
        }
        return .userDefined(type)
    }

    private mutating func takeWord() -> String {
        skipSpace()
        let word = rest.prefix { byte in
            byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        rest = rest.dropFirst(word.count)
        return String(Substring(word))
    }

    private mutating func quoted(by quote: UInt8) throws(ColumnType.SpellingError) -> String {
        var content: [UInt8] = []
        rest = rest.dropFirst()
        while let byte = rest.first {
            rest = rest.dropFirst()
            guard byte == quote else {
                content.append(byte)
                continue
            }
            guard rest.first == quote else { return String(decoding: content, as: UTF8.self) }
            content.append(quote)
            rest = rest.dropFirst()
        }
        throw error("a quote is not closed")
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard rest.first == byte else { return false }
        rest = rest.dropFirst()
        return true
    }

    private mutating func skipSpace() {
        rest = rest.drop { $0 == UInt8(ascii: " ") || (0x09...0x0D).contains($0) }
    }

    private func error(_ reason: String) -> ColumnType.SpellingError {
        ColumnType.SpellingError(spelling: spelling, reason: reason)
    }
}
