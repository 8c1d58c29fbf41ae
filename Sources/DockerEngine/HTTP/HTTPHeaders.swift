/// The fields of a head or a trailer section, in their order; names are compared without case (RFC 9110, section 5).
package struct HTTPHeaders: Hashable, Sendable {
    package struct Field: Hashable, Sendable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package private(set) var fields: [Field]

    package init(_ fields: [Field] = []) { self.fields = fields }

    /// The first value of a field; nil when there is none.
    package subscript(name: String) -> String? { fields.first { Self.isSame($0.name, name) }?.value }

    /// All values of a field, in order.
    package func values(_ name: String) -> [String] {
        fields.filter { Self.isSame($0.name, name) }.map(\.value)
    }

    /// The elements of a field that is a list of tokens, in lower case.
    package func tokens(_ name: String) -> [String] {
        values(name).flatMap { $0.split(separator: ",") }
            .map { Self.trimmed($0).lowercased() }.filter { !$0.isEmpty }
    }

    package mutating func append(_ name: String, _ value: String) { fields.append(Field(name, value)) }

    private static func isSame(_ one: String, _ other: String) -> Bool {
        one.utf8.count == other.utf8.count && one.lowercased() == other.lowercased()
    }

    /// Without the blanks around it; byte by byte, for a blank and what combines with it are one `Character`.
    static func trimmed(_ text: Substring) -> Substring {
        var bytes = text.utf8
        while let first = bytes.first, first == 0x20 || first == 0x09 { bytes.removeFirst() }
        while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
        return Substring(bytes)
    }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements.map { Field($0.0, $0.1) })
    }
}

extension HTTPHeaders {
    /// Reads a field line without its end (RFC 9112, section 5).
    ///
    /// - Throws: `HTTPError.malformed`: no colon, a name that is no token, a folded line, a control character.
    mutating func append(line: ArraySlice<UInt8>) throws(HTTPError) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
            throw .malformed("a header field has no colon")
        }
        let name = line[..<colon]
        // A blank before the colon, or a line that continues the one before, is how requests are smuggled.
        guard !name.isEmpty, name.allSatisfy(HTTPGrammar.isTokenCharacter) else {
            throw .malformed("a header field's name is no token")
        }
        let value = line[(colon + 1)...]
        guard value.allSatisfy(HTTPGrammar.isFieldCharacter) else {
            throw .malformed("a header field holds a control character")
        }
        let text = String(decoding: value, as: UTF8.self)
        append(String(decoding: name, as: UTF8.self), String(Self.trimmed(text[...])))
    }

    /// The field lines, each with its end.
    ///
    /// - Throws: `HTTPError.malformed` when a field would not be one line: what comes from an option must not become a
    ///   field of its own.
    func encode(into bytes: inout [UInt8]) throws(HTTPError) {
        for field in fields {
            guard !field.name.isEmpty, field.name.utf8.allSatisfy(HTTPGrammar.isTokenCharacter),
                field.value.utf8.allSatisfy(HTTPGrammar.isFieldCharacter)
            else { throw .malformed("a header field cannot be sent") }
            bytes += Array("\(field.name): \(field.value)\r\n".utf8)
        }
    }
}

/// Character classes of RFC 9110, section 5.6.
enum HTTPGrammar {
    static func isTokenCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    /// A character of a field's value, blanks and bytes above ASCII included.
    static func isFieldCharacter(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F || byte == 0x09 }

    /// A character of a request's target.
    static func isTargetCharacter(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }
}
