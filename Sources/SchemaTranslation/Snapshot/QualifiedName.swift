/// A relation's name with its schema, or a table's name with its keyspace.
package struct QualifiedName: Hashable, Sendable, Codable {
    package var schema: String
    package var name: String

    package init(_ schema: String, _ name: String) {
        self.schema = schema
        self.name = name
    }

    /// Both parts quoted, for SQL and CQL alike.
    package var quoted: String { "\(quotedIdentifier(schema)).\(quotedIdentifier(name))" }
}

extension QualifiedName: CustomStringConvertible {
    /// For people: unquoted.
    package var description: String { "\(schema).\(name)" }
}

/// Quotes an identifier the way SQL and CQL share: in double quotes, with those inside doubled.
package func quotedIdentifier(_ name: String) -> String {
    var quoted = "\""
    for scalar in name.unicodeScalars {
        quoted.unicodeScalars.append(scalar)
        if scalar == "\"" { quoted.unicodeScalars.append(scalar) }
    }
    quoted.unicodeScalars.append("\"")
    return quoted
}

/// Quotes a string constant the way standard-conforming SQL and CQL share.
package func quotedLiteral(_ text: String) -> String {
    var quoted = "'"
    for scalar in text.unicodeScalars {
        quoted.unicodeScalars.append(scalar)
        if scalar == "'" { quoted.unicodeScalars.append(scalar) }
    }
    quoted.unicodeScalars.append("'")
    return quoted
}
