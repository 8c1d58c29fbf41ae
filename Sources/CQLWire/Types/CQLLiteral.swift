import WireKit

/// Constants as statements must write them.
package enum CQLLiteral {
    /// The text between single quotes, with the quotes inside doubled.
    package static func string(_ text: String) -> String {
        text.quoted(by: "'", doubling: ["'"])
    }
}
