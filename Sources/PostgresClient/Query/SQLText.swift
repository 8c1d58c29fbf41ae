import WireKit

/// Quoting of names and strings in SQL.
///
/// PostgreSQL documentation, "Lexical Structure".
package enum SQLText {
    /// A name in double quotes.
    package static func identifier(_ name: String) -> String {
        name.quoted(by: "\"", doubling: ["\""])
    }

    /// A string constant, right whatever `standard_conforming_strings` is.
    package static func literal(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "\\")) else { return text.quoted(by: "'", doubling: ["'"]) }
        return " E" + text.quoted(by: "'", doubling: ["'", "\\"])
    }
}
