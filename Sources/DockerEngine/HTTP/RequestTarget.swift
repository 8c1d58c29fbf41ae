/// A path with its query (RFC 3986, sections 3.3 and 3.4), decoded.
package struct RequestTarget: Hashable, Sendable {
    package struct QueryItem: Hashable, Sendable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The segments between the slashes, without the empty one before the first.
    package var segments: [String]
    package var query: [QueryItem]

    package init(_ segments: [String], query: [QueryItem] = []) {
        self.segments = segments
        self.query = query
    }

    /// The path without its query, as messages name it.
    package var path: String {
        "/" + segments.map { Self.encode($0, keeping: Self.segmentCharacters) }.joined(separator: "/")
    }

    /// What the request line holds: everything that could end a segment, an item or the line is percent-encoded, so that
    /// whatever stands in a name stays a name.
    package var encoded: String {
        guard !query.isEmpty else { return path }
        let items = query.map { item in
            Self.encode(item.name, keeping: Self.queryCharacters) + "="
                + Self.encode(item.value, keeping: Self.queryCharacters)
        }
        return path + "?" + items.joined(separator: "&")
    }

    private static let unreserved =
        Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
    private static let segmentCharacters = unreserved.union(":@".utf8)
    private static let queryCharacters = unreserved.union(":@/".utf8)

    private static func encode(_ text: String, keeping kept: Set<UInt8>) -> String {
        // A segment of dots would be taken for a step up or for nothing.
        let isDots = text == "." || text == ".."
        var encoded = ""
        for byte in text.utf8 {
            if kept.contains(byte), !isDots {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += "%" + (digits.utf8.count < 2 ? "0" : "") + digits
            }
        }
        return encoded
    }

    /// Reads the target of a request line, an origin form that begins with a slash; `+` in a query is a blank.
    ///
    /// - Throws: `HTTPError.malformed`.
    static func decode(_ bytes: ArraySlice<UInt8>) throws(HTTPError) -> RequestTarget {
        guard bytes.first == UInt8(ascii: "/"), bytes.allSatisfy(HTTPGrammar.isTargetCharacter) else {
            throw .malformed("the request's target is no path")
        }
        let parts = bytes.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        var target = RequestTarget([])
        for segment in parts[0].dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            target.segments.append(try unescaped(segment, plusIsBlank: false))
        }
        guard parts.count == 2 else { return target }
        for item in parts[1].split(separator: UInt8(ascii: "&")) {
            let halves = item.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            target.query.append(
                QueryItem(
                    try unescaped(halves[0], plusIsBlank: true),
                    halves.count == 2 ? try unescaped(halves[1], plusIsBlank: true) : ""
                )
            )
        }
        return target
    }

    private static func unescaped(_ bytes: ArraySlice<UInt8>, plusIsBlank: Bool) throws(HTTPError) -> String {
        var text: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                let digits = String(decoding: rest.prefix(2), as: UTF8.self)
                guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16)
                else {
                    throw .malformed("a percent sign without two hexadecimal digits")
                }
                text.append(value)
                rest = rest.dropFirst(2)
            case UInt8(ascii: "+") where plusIsBlank: text.append(0x20)
            default: text.append(byte)
            }
        }
        guard let string = String(validating: text, as: UTF8.self) else {
            throw .malformed("the request's target is not UTF-8")
        }
        return string
    }
}
