/// Splits CQL text into tokens.
///
/// It follows the grammar of the reference server: names fold to lower case unless quoted, `''` and `""` escape
/// themselves, a minus sign before a digit belongs to the number, three kinds of comments are skipped.
struct Lexer {
    private let text: [UInt8]
    private var position = 0
    private var line = 1
    private var lineStart = 0

    init(_ statement: String) {
        text = Array(statement.utf8)
    }

    /// All tokens of `statement`, the last one is `.end`.
    ///
    /// - Throws: `StatementError` (syntax) for a character that starts no token, or a quote that is never closed.
    static func tokens(of statement: String) throws(StatementError) -> [LexicalToken] {
        var lexer = Lexer(statement)
        var tokens: [LexicalToken] = []
        while true {
            let token = try lexer.next()
            tokens.append(token)
            if token.kind == .end { return tokens }
        }
    }

    private mutating func next() throws(StatementError) -> LexicalToken {
        try skipBlanksAndComments()
        let start = position
        let place = (line: line, column: start - lineStart)
        let kind = try kind()
        return LexicalToken(kind: kind, text: string(start..<position), line: place.line, column: place.column)
    }

    private mutating func kind() throws(StatementError) -> LexicalToken.Kind {
        guard let byte = peek() else { return .end }
        switch byte {
        case UInt8(ascii: "'"): return .string(try quoted(by: byte))
        case UInt8(ascii: "\""): return .quotedName(try quoted(by: byte))
        case UInt8(ascii: "$") where peek(1) == byte: return .string(try dollarQuoted())
        case UInt8(ascii: "?"):
            position += 1
            return .positionalMarker
        case _ where uuidFollows:
            position += 36
            return .uuid(string(position - 36..<position).lowercased())
        case _ where byte.isDigit, UInt8(ascii: "-") where peek(1)?.isDigit == true: return number()
        case _ where byte.startsName, UInt8(ascii: "-") where isoDurationFollows(): return wordOrDuration()
        default: return try symbol()
        }
    }

    private func peek(_ distance: Int = 0) -> UInt8? {
        position + distance < text.count ? text[position + distance] : nil
    }

    private func string(_ range: Range<Int>) -> String {
        String(decoding: text[range], as: UTF8.self)
    }

    private func failure(at start: Int, _ message: String) -> StatementError {
        .syntax("line \(line):\(max(0, start - lineStart)) \(message)")
    }

    private mutating func newLine() {
        line += 1
        lineStart = position + 1
    }
}

// MARK: - Blanks

extension Lexer {
    private mutating func skipBlanksAndComments() throws(StatementError) {
        while let byte = peek() {
            switch (byte, peek(1)) {
            case (UInt8(ascii: "\n"), _):
                newLine()
                position += 1
            case (UInt8(ascii: " "), _), (UInt8(ascii: "\t"), _), (UInt8(ascii: "\r"), _):
                position += 1
            case (UInt8(ascii: "-"), UInt8(ascii: "-")?), (UInt8(ascii: "/"), UInt8(ascii: "/")?):
                while let byte = peek(), byte != UInt8(ascii: "\n") { position += 1 }
            case (UInt8(ascii: "/"), UInt8(ascii: "*")?):
                try skipBlockComment()
            default: return
            }
        }
    }

    private mutating func skipBlockComment() throws(StatementError) {
        let start = position
        position += 2
        while let byte = peek() {
            if byte == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
                position += 2
                return
            }
            if byte == UInt8(ascii: "\n") { newLine() }
            position += 1
        }
        throw failure(at: start, "a comment is never closed")
    }
}

// MARK: - Kinds of tokens

extension Lexer {
    /// The content of a quoted token whose quote doubles to escape itself.
    private mutating func quoted(by quote: UInt8) throws(StatementError) -> String {
        var content: [UInt8] = []
        position += 1
        while let byte = peek() {
            position += 1
            if byte == quote {
                guard peek() == quote else { return String(decoding: content, as: UTF8.self) }
                position += 1
            } else if byte == UInt8(ascii: "\n") {
                line += 1
                lineStart = position
            }
            content.append(byte)
        }
        let character = Character(UnicodeScalar(quote))
        throw failure(at: position, "mismatched character '<EOF>' expecting '\(character)'")
    }

    private mutating func dollarQuoted() throws(StatementError) -> String {
        position += 2
        let start = position
        while let byte = peek() {
            if byte == UInt8(ascii: "$"), peek(1) == byte {
                position += 2
                return string(start..<position - 2)
            }
            if byte == UInt8(ascii: "\n") { newLine() }
            position += 1
        }
        throw failure(at: position, "mismatched character '<EOF>' expecting '$'")
    }

    private mutating func wordOrDuration() -> LexicalToken.Kind {
        let isDuration = isoDurationFollows()
        let start = position
        position += 1
        while let byte = peek(), byte.continuesName { position += 1 }
        let word = string(start..<position)
        return isDuration ? .duration(word) : .word(word.lowercased())
    }

    /// Whether a duration such as `P1Y2M10DT2H30M` follows, and not a name that starts like one.
    private func isoDurationFollows() -> Bool {
        var distance = peek() == UInt8(ascii: "-") ? 1 : 0
        guard peek(distance).map({ $0 | 0x20 }) == UInt8(ascii: "p") else { return false }
        distance += 1
        let start = distance
        while let byte = peek(distance), byte.continuesName { distance += 1 }
        return DurationText.parse(string(position..<position + distance)) != nil && distance > start
    }

    /// Whether `8-4-4-4-12` hexadecimal digits follow, and nothing that would continue them.
    private var uuidFollows: Bool {
        guard position + 36 <= text.count else { return false }
        for index in 0..<36 {
            let byte = text[position + index]
            let isDash = index == 8 || index == 13 || index == 18 || index == 23
            guard isDash ? byte == UInt8(ascii: "-") : byte.isHexDigit else { return false }
        }
        return peek(36).map { !$0.continuesName } ?? true
    }

    private mutating func number() -> LexicalToken.Kind {
        let start = position
        if peek() == UInt8(ascii: "-") { position += 1 }
        if peek() == UInt8(ascii: "0"), let x = peek(1), x | 0x20 == UInt8(ascii: "x"), position == start {
            position += 2
            while let byte = peek(), byte.isHexDigit { position += 1 }
            return .hex(string(start + 2..<position))
        }
        skipDigits()
        var isFloat = false
        if peek() == UInt8(ascii: "."), peek(1)?.isDigit == true || peek(1)?.startsName != true {
            isFloat = true
            position += 1
            skipDigits()
        }
        if let e = peek(), e | 0x20 == UInt8(ascii: "e"), exponentFollows {
            isFloat = true
            position += 2
            skipDigits()
        }
        if let byte = peek(), byte.continuesName, !isFloat { return duration(from: start) }
        return isFloat ? .float(string(start..<position)) : .integer(string(start..<position))
    }

    private var exponentFollows: Bool {
        guard let sign = peek(1) else { return false }
        if sign.isDigit { return true }
        return (sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+")) && peek(2)?.isDigit == true
    }

    private mutating func skipDigits() {
        while let byte = peek(), byte.isDigit { position += 1 }
    }

    private mutating func duration(from start: Int) -> LexicalToken.Kind {
        // Letters of units may hold the two bytes of "µs".
        while let byte = peek(), byte.continuesName || byte >= 0x80 { position += 1 }
        return .duration(string(start..<position))
    }

    private mutating func symbol() throws(StatementError) -> LexicalToken.Kind {
        let start = position
        for length in [2, 1] where position + length <= text.count {
            let candidate = string(position..<position + length)
            guard let symbol = LexicalToken.Symbol(rawValue: candidate == "<>" ? "!=" : candidate) else { continue }
            position += length
            return .symbol(symbol)
        }
        let rest = String(decoding: text[position..<min(text.count, position + 4)], as: UTF8.self)
        throw failure(at: start, "no viable alternative at character '\(rest.first.map(String.init) ?? "")'")
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

    fileprivate var isHexDigit: Bool {
        isDigit || (self | 0x20 >= UInt8(ascii: "a") && self | 0x20 <= UInt8(ascii: "f"))
    }

    fileprivate var startsName: Bool { self | 0x20 >= UInt8(ascii: "a") && self | 0x20 <= UInt8(ascii: "z") }

    fileprivate var continuesName: Bool { startsName || isDigit || self == UInt8(ascii: "_") }
}
