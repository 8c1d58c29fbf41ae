import WireKit

/// The text form of an array, taken apart.
///
/// PostgreSQL documentation, "Array Input and Output Syntax".
struct PostgresArrayText {
    private var characters: ArraySlice<UInt8>
    private let byteCount: Int

    /// The elements of a one-dimensional array in order; `nil` is NULL.
    ///
    /// - Throws: `WireError` when the text is not an array, or has more than one dimension.
    static func elements(of text: ArraySlice<UInt8>) throws(WireError) -> [String?] {
        var parser = PostgresArrayText(characters: text, byteCount: text.count)
        return try parser.parse()
    }

    private mutating func parse() throws(WireError) -> [String?] {
        // Bounds such as [0:1]= come before the braces and say nothing about the elements.
        if characters.first == UInt8(ascii: "["), let end = characters.firstIndex(of: UInt8(ascii: "=")) {
            characters = characters[(end + 1)...]
        }
        try expect(UInt8(ascii: "{"))
        var elements: [String?] = []
        if characters.first == UInt8(ascii: "}") {
            characters.removeFirst()
        } else {
            repeat { elements.append(try parseElement()) } while try continues()
        }
        guard characters.isEmpty else { throw error("text follows the closing brace") }
        return elements
    }

    /// Consumes the comma before another element, or the closing brace.
    private mutating func continues() throws(WireError) -> Bool {
        switch characters.popFirst() {
        case UInt8(ascii: ","): return true
        case UInt8(ascii: "}"): return false
        default: throw error("an element is followed by a comma or a closing brace")
        }
    }

    private mutating func parseElement() throws(WireError) -> String? {
        switch characters.first {
        case UInt8(ascii: "\""):
            return try parseQuoted()
        case UInt8(ascii: "{"):
            throw error("the array has more than one dimension")
        default:
            let end = characters.firstIndex { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "}") }
            let element = characters[..<(end ?? characters.endIndex)]
            characters = characters[element.endIndex...]
            guard !element.isEmpty else { throw error("an empty element is quoted") }
            let text = try string(element)
            return text == "NULL" ? nil : text
        }
    }

    private mutating func parseQuoted() throws(WireError) -> String {
        try expect(UInt8(ascii: "\""))
        var element: [UInt8] = []
        while let character = characters.popFirst() {
            switch character {
            case UInt8(ascii: "\""): return try string(element[...])
            case UInt8(ascii: "\\"):
                guard let escaped = characters.popFirst() else { throw error("a backslash ends the text") }
                element.append(escaped)
            default: element.append(character)
            }
        }
        throw error("a quote is not closed")
    }

    private func string(_ bytes: ArraySlice<UInt8>) throws(WireError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw WireError(.invalidUTF8, field: "array", offset: byteCount - characters.count)
        }
        return text
    }

    private mutating func expect(_ character: UInt8) throws(WireError) {
        guard characters.popFirst() == character else {
            throw error("'\(String(decoding: [character], as: UTF8.self))' is expected")
        }
    }

    private func error(_ rule: String) -> WireError {
        WireError(.invalidValue(rule), field: "array", offset: byteCount - characters.count)
    }
}
