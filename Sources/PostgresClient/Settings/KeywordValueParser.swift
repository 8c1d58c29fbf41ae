/// Reads `keyword = value` pairs: blanks around the equals sign are allowed, a value with blanks is in single quotes,
/// and a backslash takes the next character as it is.
struct KeywordValueParser {
    private let bytes: [UInt8]
    private var index = 0
    private var result = ConnectionStringValues()

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// - Throws: `ConnectionStringError`.
    mutating func parse() throws(ConnectionStringError) -> [ConnectionKeyword: String] {
        skipBlanks()
        while index < bytes.count {
            let name = try keyword()
            let value = current == UInt8(ascii: "'") ? try quotedValue() : plainValue()
            guard let value = String(validating: value, as: UTF8.self) else {
                throw ConnectionStringError("has a value that is not UTF-8")
            }
            try result.store(name, value)
            skipBlanks()
        }
        return result.values
    }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipBlanks() {
        while let byte = current, byte.isBlank { index += 1 }
    }

    /// Reads up to the value.
    private mutating func keyword() throws(ConnectionStringError) -> String {
        let start = index
        while let byte = current, byte != UInt8(ascii: "="), !byte.isBlank { index += 1 }
        let name = String(decoding: bytes[start..<index], as: UTF8.self)
        skipBlanks()
        guard current == UInt8(ascii: "=") else {
            // The word itself may be the rest of a password with a blank.
            throw ConnectionStringError(
                "has a word without \"=\" at position \(start + 1): a value with blanks must be in single quotes"
            )
        }
        index += 1
        skipBlanks()
        return name
    }

    private mutating func plainValue() -> [UInt8] {
        var value: [UInt8] = []
        while let byte = current, !byte.isBlank {
            index += 1
            if byte == UInt8(ascii: "\\") {
                guard let escaped = current else { break }
                value.append(escaped)
                index += 1
            } else {
                value.append(byte)
            }
        }
        return value
    }

    private mutating func quotedValue() throws(ConnectionStringError) -> [UInt8] {
        var value: [UInt8] = []
        index += 1
        while let byte = current {
            index += 1
            if byte == UInt8(ascii: "'") { return value }
            if byte == UInt8(ascii: "\\") {
                guard let escaped = current else { break }
                value.append(escaped)
                index += 1
            } else {
                value.append(byte)
            }
        }
        throw ConnectionStringError("ends inside a quoted value")
    }
}
