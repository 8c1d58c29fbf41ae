/// An error or notice of the server in the words and lines of psql.
///
/// libpq's `pqBuildErrorMessage3`; PostgreSQL documentation, psql's variables VERBOSITY and SHOW_CONTEXT.
package struct ServerReport: Sendable {
    /// How much is shown.
    package enum Verbosity: Sendable, CaseIterable {
        /// Severity and message alone, with the position as a number.
        case terse
        /// The code instead of everything else.
        case sqlState
        case standard
        /// The code, the names of what the error is about, and the place in the server's source as well.
        case verbose
    }

    private let fields: [ErrorResponse.Field]
    private let query: String?
    private let isError: Bool

    package init(_ error: PostgresServerError) {
        (fields, query, isError) = (error.fields, error.query, true)
    }

    package init(_ notice: NoticeResponse) {
        (fields, query, isError) = (notice.fields, nil, false)
    }

    /// The report's lines, each ended by a line feed.
    ///
    /// - Parameters:
    ///   - verbosity: how much is shown.
    ///   - showsContext: whether CONTEXT is shown; none shows it for errors, not for notices.
    /// - Returns: the text.
    package func text(_ verbosity: Verbosity = .standard, showsContext: Bool? = nil) -> String {
        var text = self[.localizedSeverity].map { "\($0):  " } ?? ""
        if verbosity == .sqlState, let code = self[.sqlState] { return text + code + "\n" }
        if verbosity == .verbose, let code = self[.sqlState] { text += "\(code): " }
        text += self[.message] ?? ""
        let isTerse = verbosity == .terse || verbosity == .sqlState
        let cursor = cursor
        if let cursor, isTerse || cursor.query == nil { text += " at character \(cursor.position)" }
        text += "\n"
        if !isTerse {
            if let cursor, let query = cursor.query, let position = Int(cursor.position) {
                text += ErrorCursor.lines(in: query, position: position)
            }
            text += line("DETAIL", .detail) + line("HINT", .hint) + line("QUERY", .internalQuery)
            if showsContext ?? isError { text += line("CONTEXT", .where) }
        }
        return verbosity == .verbose ? text + objectLines + location : text
    }

    private subscript(code: ErrorResponse.Field.Code) -> String? {
        fields.first { $0.code == code }?.text
    }

    /// Where the error is, in our statement or in one of the server's own.
    private var cursor: (position: String, query: String?)? {
        if let position = self[.position] { return (position, query) }
        return self[.internalPosition].map { ($0, self[.internalQuery]) }
    }

    private func line(_ title: String, _ code: ErrorResponse.Field.Code) -> String {
        self[code].map { "\(title):  \($0)\n" } ?? ""
    }

    private var objectLines: String {
        line("SCHEMA NAME", .schemaName) + line("TABLE NAME", .tableName) + line("COLUMN NAME", .columnName)
            + line("DATATYPE NAME", .dataTypeName) + line("CONSTRAINT NAME", .constraintName)
    }

    private var location: String {
        let (routine, file, line) = (self[.routine], self[.file], self[.line])
        guard routine != nil || file != nil || line != nil else { return "" }
        var text = "LOCATION:  "
        if let routine { text += "\(routine), " }
        if let file, let line { text += "\(file):\(line)" }
        return text + "\n"
    }
}
