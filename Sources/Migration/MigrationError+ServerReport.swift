import PostgresClient
import PostgresWire

extension MigrationError {
    /// What PostgreSQL said, as psql shows it, where that is more than one line: the place in the statement, details, a
    /// hint, the context.
    package var serverReport: String? {
        let error = (underlying as? PostgresError)?.serverError ?? (underlying as? PostgresConnectionError)?.serverError
        guard let text = error.map({ ServerReport($0).text() }) else { return nil }
        let lines = text.split(separator: "\n")
        return lines.count > 1 ? lines.joined(separator: "\n") : nil
    }
}
