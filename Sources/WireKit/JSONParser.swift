extension JSON {
    /// Containers inside containers that are accepted; what describes containers has a dozen.
    package static let depthLimit = 128

    /// Reads one value, with nothing but blanks around it.
    ///
    /// Numbers without fraction and exponent that fit are integers, all others double precision. A surrogate without its
    /// other half becomes U+FFFD.
    ///
    /// - Throws: `WireError` naming the byte at which the text is not JSON (RFC 8259), or is nested too deeply.
    package init(parsing bytes: some Sequence<UInt8>) throws(WireError) {
        var parser = JSONParser(Array(bytes))
        self = try parser.document()
    }
}

/// A recursive descent over the text, bounded by `JSON.depthLimit`.
private struct JSONParser {
    private let bytes: [UInt8]
    private var index = 0
    private var depth = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(WireError) -> JSON {
        let value = try value()
        skipBlanks()
        guard index == bytes.count else { throw error(.trailingBytes(count: bytes.count - index)) }
        return value
    }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private func error(_ reason: WireError.Reason) -> WireError {
        WireError(reason, field: "JSON", offset: index)
    }

    private func unexpected(_ expected: String) -> WireError {
        next == nil
            ? error(.truncated(needed: 1, remaining: 0)) : error(.invalidValue("\(expected) is expected here"))
    }

    private mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func value() throws(WireError) -> JSON {
        skipBlanks()
        switch next {
        case UInt8(ascii: "{"): return try nested { parser throws(WireError) in try parser.object() }
        case UInt8(ascii: "["): return try nested { parser throws(WireError) in try parser.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case let byte? where byte == UInt8(ascii: "-") || Self.isDigit(byte): return try number()
        default: throw unexpected("a value")
        }
    }

    private mutating func nested(
        _ body: (inout JSONParser) throws(WireError) -> JSON
    ) throws(WireError) -> JSON {
        guard depth < JSON.depthLimit else {
            throw error(.limitExceeded(length: depth + 1, limit: JSON.depthLimit))
        }
        depth += 1
        index += 1
        let value = try body(&self)
        depth -= 1
        return value
    }

    private mutating func object() throws(WireError) -> JSON {
        var members: [JSON.Member] = []
        skipBlanks()
        if take("}") { return .object([]) }
        while true {
            skipBlanks()
            guard next == UInt8(ascii: "\"") else { throw unexpected("a member's name") }
            let name = try string()
            skipBlanks()
            guard take(":") else { throw unexpected("\":\"") }
            members.append(JSON.Member(name, try value()))
            skipBlanks()
            if take("}") { return .object(members) }
            guard take(",") else { throw unexpected("\",\" or \"}\"") }
        }
    }

    private mutating func array() throws(WireError) -> JSON {
        var values: [JSON] = []
        skipBlanks()
        if take("]") { return .array([]) }
        while true {
            values.append(try value())
            skipBlanks()
            if take("]") { return .array(values) }
            guard take(",") else { throw unexpected("\",\" or \"]\"") }
        }
    }

    private mutating func word(_ word: String, _ value: JSON) throws(WireError) -> JSON {
        guard bytes[index...].starts(with: word.utf8) else { throw unexpected(word) }
        index += word.utf8.count
        return value
    }

    // MARK: Numbers

    private mutating func number() throws(WireError) -> JSON {
        let start = index
        _ = take("-")
        if !take("0") { try digits() }
        var isInteger = true
        if take(".") {
            isInteger = false
            try digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            isInteger = false
            index += 1
            if !take("+") { _ = take("-") }
            try digits()
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isInteger, let value = Int(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else {
            throw WireError(.invalidValue("the number is too large"), field: "JSON", offset: start)
        }
        return .number(value)
    }

    private mutating func digits() throws(WireError) {
        let start = index
        while let byte = next, Self.isDigit(byte) { index += 1 }
        if index == start { throw unexpected("a digit") }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

    // MARK: Strings

    private mutating func string() throws(WireError) -> String {
        index += 1
        var text: [UInt8] = []
        let start = index
        while let byte = next {
            index += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw WireError(.invalidUTF8, field: "JSON", offset: start)
                }
                return string
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20:
                index -= 1
                throw error(.invalidValue("control characters in a string are escaped"))
            default: text.append(byte)
            }
        }
        throw unexpected("the end of a string")
    }

    private mutating func escape(into text: inout [UInt8]) throws(WireError) {
        guard let byte = next else { throw unexpected("an escape") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text += Array(String(Character(try escapedScalar())).utf8)
        default:
            index -= 1
            throw error(.invalidValue("no such escape"))
        }
    }

    /// A code point of one `\uXXXX` or of two that form a surrogate pair.
    private mutating func escapedScalar() throws(WireError) -> Unicode.Scalar {
        let replacement: Unicode.Scalar = "\u{FFFD}"
        let high = try hexadecimal()
        guard 0xD800..<0xDC00 ~= high else { return Unicode.Scalar(high) ?? replacement }
        let mark = index
        guard take("\\"), take("u") else {
            index = mark
            return replacement
        }
        let low = try hexadecimal()
        guard 0xDC00..<0xE000 ~= low else {
            index = mark
            return replacement
        }
        return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)) ?? replacement
    }

    private mutating func hexadecimal() throws(WireError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw unexpected("a hexadecimal digit")
            }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }
}
