/// Quoting of names and strings in SQL.
///
/// PostgreSQL documentation, "Lexical Structure".
package enum SQLText {
    /// A name in double quotes.
    package static func identifier(_ name: String) -> String {
        "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// A string constant, right whatever `standard_conforming_strings` is.
    package static func literal(_ text: String) -> String {
        let quoted = "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
        guard text.utf8.contains(UInt8(ascii: "\\")) else { return quoted }
        return " E" + quoted.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
    }
}
