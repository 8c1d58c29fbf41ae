/// Constants as statements must write them.
package enum CQLLiteral {
    /// The text between single quotes, with the quotes inside doubled.
    package static func string(_ text: String) -> String {
        var literal = "'"
        for character in text.unicodeScalars {
            if character == "'" { literal.unicodeScalars.append("'") }
            literal.unicodeScalars.append(character)
        }
        return literal + "'"
    }
}
