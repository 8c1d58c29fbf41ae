package import WireKit

/// The text form: `{1,NULL,"a b"}`, `[0:1][2:3]={{1,2},{3,4}}`.
///
/// PostgreSQL documentation, "Array Input and Output Syntax".
extension PostgresArray {
    /// The text form, given that of the elements.
    ///
    /// - Parameters:
    ///   - delimiter: what separates elements: a comma, except for `box`.
    ///   - element: makes an element's text.
    /// - Returns: the server's text.
    /// - Throws: what `element` throws.
    func text(
        delimiter: UInt8,
        _ element: (Element) throws(WireError) -> String
    ) throws(WireError) -> String {
        guard !elements.isEmpty else { return "{}" }
        let separator = String(Unicode.Scalar(delimiter))
        var texts: [String] = []
        texts.reserveCapacity(elements.count)
        for value in elements {
            if let value {
                texts.append(ArrayElementText.quoted(try element(value), delimiter: delimiter))
            } else {
                texts.append("NULL")
            }
        }
        // Join from the innermost dimension outwards; the outermost leaves one text.
        for dimension in dimensions.reversed() {
            texts = stride(from: 0, to: texts.count, by: dimension.count).map {
                "{" + texts[$0..<min($0 + dimension.count, texts.count)].joined(separator: separator) + "}"
            }
        }
        return boundsPrefix + texts.joined()
    }

    /// `[l:u]…=` when a subscript does not start at 1.
    private var boundsPrefix: String {
        guard dimensions.contains(where: { $0.lowerBound != 1 }) else { return "" }
        return dimensions.map { "[\($0.lowerBound):\($0.upperBound)]" }.joined() + "="
    }
}

private enum ArrayElementText {
    static func quoted(_ text: String, delimiter: UInt8) -> String {
        guard needsQuotes(text, delimiter: delimiter) else { return text }
        return "\"" + BackslashEscape.escaped(text) + "\""
    }

    private static func needsQuotes(_ text: String, delimiter: UInt8) -> Bool {
        guard !text.isEmpty, !isNULL(text) else { return true }
        return text.utf8.contains { byte in
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "{"), UInt8(ascii: "}"), delimiter: true
            default: isSpace(byte)
            }
        }
    }

    private static func isNULL(_ text: String) -> Bool {
        text.utf8.elementsEqual("null".utf8) { $0 | 0x20 == $1 }
    }
}

/// Quotes and backslashes behind a backslash each.
enum BackslashEscape {
    static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) else { return text }
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension PostgresArray<ArraySlice<UInt8>> {
    /// Reads the text form; the elements are their text forms, without quotes.
    ///
    /// - Throws: `WireError` when the text is no array.
    package static func decode(
        from reader: inout TextReader,
        delimiter: UInt8 = UInt8(ascii: ",")
    ) throws(WireError) -> Self {
        var parser = ArrayTextParser(delimiter: delimiter)
        let bounds = try parser.parseBounds(&reader)
        try parser.parseLevel(0, &reader)
        let dimensions = parser.elements.isEmpty ? [] : parser.counts
        guard bounds.isEmpty || bounds.map(\.count) == dimensions else {
            throw reader.error("the bounds of an array do not fit its elements")
        }
        let shape = dimensions.enumerated().map { index, count in
            PostgresArrayDimension(count: count, lowerBound: bounds.isEmpty ? 1 : bounds[index].lowerBound)
        }
        guard let array = Self(dimensions: shape, elements: parser.elements) else {
            throw reader.error("an array has at most 6 dimensions, none of them empty")
        }
        return array
    }
}

/// Takes an array's text apart.
private struct ArrayTextParser {
    let delimiter: UInt8
    private(set) var elements: [ArraySlice<UInt8>?] = []
    /// How many elements each dimension has, as far as it is known.
    private(set) var counts: [Int] = []
    /// The dimension whose elements are not arrays, once one was seen.
    private var innermost: Int?

    init(delimiter: UInt8) {
        self.delimiter = delimiter
    }

    /// `[l:u]…=`, if it is there.
    func parseBounds(_ reader: inout TextReader) throws(WireError) -> [PostgresArrayDimension] {
        var bounds: [PostgresArrayDimension] = []
        while reader.skip("[") {
            let lower = try reader.readInteger(as: Int32.self)
            try reader.expect(":")
            let upper = try reader.readInteger(as: Int32.self)
            try reader.expect("]")
            guard lower <= upper, bounds.count < PostgresArray<PostgresValue>.maximumDimensionCount else {
                throw reader.error("the bounds of an array are wrong")
            }
            bounds.append(PostgresArrayDimension(count: Int(upper) - Int(lower) + 1, lowerBound: lower))
        }
        if !bounds.isEmpty { try reader.expect("=") }
        return bounds
    }

    /// What is between braces, at most as deep as an array has dimensions.
    mutating func parseLevel(_ level: Int, _ reader: inout TextReader) throws(WireError) {
        guard level < PostgresArray<PostgresValue>.maximumDimensionCount else {
            throw reader.error("an array has at most 6 dimensions")
        }
        try reader.expect("{")
        if level == 0, reader.skip("}") { return }
        let isFirst = counts.count == level
        if isFirst { counts.append(0) }
        var count = 0
        repeat {
            count += 1
            if reader.next == UInt8(ascii: "{") {
                guard innermost.map({ level < $0 }) ?? true else { throw reader.error("an array is rectangular") }
                try parseLevel(level + 1, &reader)
            } else {
                guard innermost ?? level == level else { throw reader.error("an array is rectangular") }
                innermost = level
                elements.append(try parseElement(&reader))
            }
        } while try continues(&reader)
        guard isFirst || counts[level] == count else { throw reader.error("an array is rectangular") }
        counts[level] = count
    }

    /// Consumes what separates this element from another, or the closing brace.
    private func continues(_ reader: inout TextReader) throws(WireError) -> Bool {
        switch reader.pop() {
        case delimiter: return true
        case UInt8(ascii: "}"): return false
        default: throw reader.error("an element is followed by another or by a closing brace")
        }
    }

    private func parseElement(_ reader: inout TextReader) throws(WireError) -> ArraySlice<UInt8>? {
        if reader.next == UInt8(ascii: "\"") { return try reader.readBackslashQuoted() }
        let element = reader.take {
            $0 != delimiter && $0 != UInt8(ascii: "{") && $0 != UInt8(ascii: "}") && $0 != UInt8(ascii: "\"")
                && $0 != UInt8(ascii: "\\")
        }
        guard !element.isEmpty else { throw reader.error("an empty element is quoted") }
        return element.elementsEqual("NULL".utf8) ? nil : element
    }
}

extension TextReader {
    /// Reads what is between quotes, where a backslash stands before what would end it.
    ///
    /// - Throws: `WireError` when the closing quote is missing.
    mutating func readBackslashQuoted() throws(WireError) -> ArraySlice<UInt8> {
        try expect("\"")
        var content: [UInt8] = []
        while let byte = pop() {
            switch byte {
            case UInt8(ascii: "\""): return content[...]
            case UInt8(ascii: "\\"):
                guard let escaped = pop() else { throw error("a backslash ends the text") }
                content.append(escaped)
            default: content.append(byte)
            }
        }
        throw error("a quote is not closed")
    }
}
