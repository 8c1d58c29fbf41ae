/// How the COPY select list asks for a column.
package enum SourceExpression: Hashable, Sendable {
    /// The column itself: its binary form is mapped.
    case column(String)
    /// The column's text form, `"name"::text`.
    case text(String)
    /// The text forms of an array's elements, `"name"::text[]`.
    case textArray(String)

    package var sql: String {
        switch self {
        case .column(let name): quotedIdentifier(name)
        case .text(let name): quotedIdentifier(name) + "::text"
        case .textArray(let name): quotedIdentifier(name) + "::text[]"
        }
    }
}
