/// An error as the server reported it, every field as sent.
///
/// PostgreSQL documentation, "Error and Notice Message Fields".
package struct PostgresServerError: Error, Hashable, Sendable {
    /// The fields in the server's order, unknown letters included.
    package let fields: [ErrorResponse.Field]
    /// The statement as it was sent, to which `position` refers; none when there was none, or nobody kept it.
    package var query: String?

    package init(_ response: ErrorResponse) {
        fields = response.fields
    }

    /// An error that came in the format of protocol 2.0, which has a text and nothing else.
    package init(_ response: LegacyErrorResponse) {
        fields = [ErrorResponse.Field(.message, response.text)]
    }

    func text(_ code: ErrorResponse.Field.Code) -> String? {
        fields.first { $0.code == code }?.text
    }

    /// ERROR, FATAL or PANIC, not translated.
    package var severity: String { text(.severity) ?? text(.localizedSeverity) ?? "ERROR" }
    package var localizedSeverity: String? { text(.localizedSeverity) }
    package var sqlState: SQLState { SQLState(rawValue: text(.sqlState) ?? "XX000") }
    package var message: String { text(.message) ?? "the server gave no message" }
    package var detail: String? { text(.detail) }
    package var hint: String? { text(.hint) }
    /// Characters (not bytes) into the query, counted from 1.
    package var position: Int? { text(.position).flatMap { Int($0) } }
    package var internalPosition: Int? { text(.internalPosition).flatMap { Int($0) } }
    package var internalQuery: String? { text(.internalQuery) }
    /// The context in which the error occurred.
    package var `where`: String? { text(.where) }
    package var schemaName: String? { text(.schemaName) }
    package var tableName: String? { text(.tableName) }
    package var columnName: String? { text(.columnName) }
    package var dataTypeName: String? { text(.dataTypeName) }
    package var constraintName: String? { text(.constraintName) }
    package var file: String? { text(.file) }
    package var line: Int? { text(.line).flatMap { Int($0) } }
    package var routine: String? { text(.routine) }

    /// The server ends the session after this error.
    package var isFatal: Bool { severity == "FATAL" || severity == "PANIC" }

    /// The same error with the statement that it is about.
    package func about(_ query: String) -> Self {
        var error = self
        error.query = query
        return error
    }
}

extension PostgresServerError: CustomStringConvertible {
    /// Severity, code, message and hint; not the detail, which quotes row values.
    package var description: String {
        let code = text(.sqlState).map { " (\($0))" } ?? ""
        let advice = hint.map { "; hint: \($0)" } ?? ""
        // The text of protocol 2.0 begins with the severity, if it has one.
        let hasSeverity = (text(.severity) ?? localizedSeverity) != nil
        return "\(hasSeverity ? "\(severity): " : "")\(message)\(code)\(advice)"
    }
}
