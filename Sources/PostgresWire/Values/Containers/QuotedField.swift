import WireKit

/// A field of a record, or a bound of a range: quoted if it must be, with quotes and backslashes doubled.
///
/// PostgreSQL documentation, "Composite Type Input and Output Syntax".
enum QuotedField {
    /// Bytes beside quotes, backslashes and blanks that make quotes necessary.
    static let recordSyntax = Array("(),".utf8)
    static let rangeSyntax = Array("()[],".utf8)

    static func text(_ field: String, syntax: [UInt8]) -> String {
        let needsQuotes =
            field.isEmpty
            || field.utf8.contains { byte in
                byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || syntax.contains(byte) || isSpace(byte)
            }
        guard needsQuotes else { return field }
        var bytes: [UInt8] = []
        for byte in field.utf8 {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(byte) }
            bytes.append(byte)
        }
        return "\"" + String(decoding: bytes, as: UTF8.self) + "\""
    }
}

extension TextReader {
    /// Reads a field up to a byte of `syntax`; nothing at all is NULL, or no bound.
    ///
    /// - Throws: `WireError` when a quote is not closed.
    mutating func readField(syntax: [UInt8]) throws(WireError) -> ArraySlice<UInt8>? {
        guard next == UInt8(ascii: "\"") else {
            let field = take { !syntax.contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
            return field.isEmpty ? nil : field
        }
        try expect("\"")
        var content: [UInt8] = []
        while let byte = pop() {
            if byte == UInt8(ascii: "\\") {
                guard let escaped = pop() else { throw error("a backslash ends the text") }
                content.append(escaped)
            } else if byte != UInt8(ascii: "\"") || skip("\"") {
                content.append(byte)
            } else {
                return content[...]
            }
        }
        throw error("a quote is not closed")
    }
}
