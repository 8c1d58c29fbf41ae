/// The visible rule by which keyspaces and tables get names that CQL can hold.
///
/// CQL allows letters, digits and underscores, at most 48 of them (CQL specification, "Keyspace names"). Any other
/// character becomes `_`; a longer name keeps its first 39 characters and gets `_` and eight hexadecimal digits of the
/// FNV-1a hash of the whole source name, so that the same source always has the same target.
package enum TargetName {
    /// The longest keyspace or table name.
    package static let maximumLength = 48

    /// The name that `source` gets; itself when CQL can hold it.
    package static func legal(for source: String) -> String {
        var name = ""
        var length = 0
        for scalar in source.unicodeScalars {
            name.unicodeScalars.append(isAllowed(scalar) ? scalar : "_")
            length += 1
        }
        guard length > maximumLength else { return name }
        return name.prefix(maximumLength - 9) + "_" + hexadecimalHash(of: source)
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_": true
        default: false
        }
    }

    private static func hash(_ text: String) -> UInt32 {
        text.utf8.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    }

    /// Eight hexadecimal digits of the FNV-1a hash of a name.
    static func hexadecimalHash(of name: String) -> String {
        let digits = String(hash(name), radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
