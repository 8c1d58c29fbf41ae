/// A glob over table names: `*` stands for any characters, `?` for one; the rest is literal and case-sensitive.
///
/// A pattern is tried against the table's name and against `schema.name`.
package struct TablePattern: Hashable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }

    /// Splits an option's argument at its commas; surrounding blanks and empty parts are dropped.
    package static func list(_ argument: String) -> [TablePattern] {
        argument.split(separator: ",").map(trimmed).filter { !$0.isEmpty }.map { TablePattern(String($0)) }
    }

    /// Whether the pattern selects a table.
    package func matches(_ table: QualifiedName) -> Bool {
        matches(table.name) || matches(table.description)
    }

    /// Linear in practice and quadratic at worst: a mismatch goes back to the last `*` only.
    func matches(_ name: String) -> Bool {
        let pattern = Array(text.unicodeScalars)
        let name = Array(name.unicodeScalars)
        var at = 0
        var position = 0
        var resume: (pattern: Int, name: Int)?
        while position < name.count {
            if at < pattern.count, pattern[at] == "*" {
                resume = (at + 1, position)
                at += 1
            } else if at < pattern.count, pattern[at] == "?" || pattern[at] == name[position] {
                at += 1
                position += 1
            } else if let last = resume {
                resume = (last.pattern, last.name + 1)
                at = last.pattern
                position = last.name + 1
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy { $0 == "*" }
    }

    private static func trimmed(_ part: Substring) -> Substring {
        var part = part.drop(while: \.isWhitespace)
        while part.last?.isWhitespace == true { part.removeLast() }
        return part
    }
}
