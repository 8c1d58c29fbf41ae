/// A connection string in either of its forms: a URI, or `keyword=value` pairs.
///
/// PostgreSQL documentation, "Connection Strings".
package struct ConnectionString: Equatable, Sendable {
    /// What it sets; of a keyword that is given twice the last value.
    package private(set) var values: [ConnectionKeyword: String] = [:]

    /// Reads a string as libpq reads it.
    ///
    /// - Throws: `ConnectionStringError`.
    package init(_ text: String) throws(ConnectionStringError) {
        if text.utf8.contains(0) { throw ConnectionStringError("contains a NUL character") }
        let bytes = Array(text.utf8)
        if let rest = Self.withoutScheme(bytes) {
            var parser = ConnectionURIParser(rest)
            values = try parser.parse()
        } else if bytes.contains(UInt8(ascii: "=")) || bytes.allSatisfy(\.isBlank) {
            var parser = KeywordValueParser(bytes)
            values = try parser.parse()
        } else {
            throw ConnectionStringError("is neither a URL (postgresql://…) nor a list of keyword=value pairs")
        }
    }

    /// What follows the scheme of a URI.
    private static func withoutScheme(_ bytes: [UInt8]) -> ArraySlice<UInt8>? {
        for scheme in ["postgresql://", "postgres://"] where bytes.starts(with: scheme.utf8) {
            return bytes.dropFirst(scheme.utf8.count)
        }
        return nil
    }
}

extension UInt8 {
    /// Whether it is white space in the C locale (isspace(3)).
    var isBlank: Bool { self == 0x20 || 0x09...0x0D ~= self }
}

/// The values that one connection string has set so far.
struct ConnectionStringValues {
    private(set) var values: [ConnectionKeyword: String] = [:]
    /// Whether what was set last is a secret; a stray word after it may be a piece of that.
    private(set) var isAfterSecret = false

    /// Sets a value by its keyword's name.
    ///
    /// - Parameters:
    ///   - name: as written in the string.
    ///   - value: decoded.
    /// - Throws: `ConnectionStringError` when there is no such keyword.
    mutating func store(_ name: String, _ value: String) throws(ConnectionStringError) {
        // Older than sslmode, and still understood by libpq.
        if name == "requiressl" { return store(.sslmode, value.first == "1" ? "require" : "prefer") }
        guard let keyword = ConnectionKeyword(rawValue: name) else {
            throw isAfterSecret
                ? ConnectionStringError("has an unknown keyword after a secret: was the secret quoted or encoded?")
                : ConnectionStringError("has the unknown keyword \"\(name)\"")
        }
        store(keyword, value)
    }

    mutating func store(_ keyword: ConnectionKeyword, _ value: String) {
        values[keyword] = value
        isAfterSecret = keyword.isSecret
    }
}
