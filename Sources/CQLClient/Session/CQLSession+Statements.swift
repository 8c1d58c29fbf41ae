package import CQLWire
import WireKit

extension CQLSession {
    /// Runs a statement given as text.
    ///
    /// - Throws: `CQLError`.
    package func query(
        _ query: String,
        values: QueryValues? = nil,
        isIdempotent: Bool,
        _ options: StatementOptions = StatementOptions()
    ) async throws(CQLError) -> ResultResponse {
        try await retrying(isIdempotent: isIdempotent) { connection throws(CQLError) in
            try await connection.query(query, values: values, options)
        }
    }

    /// Has the server parse a statement.
    ///
    /// - Throws: `CQLError`.
    package func prepare(_ query: String) async throws(CQLError) -> PreparedStatement {
        try await retrying(isIdempotent: true) { connection throws(CQLError) in try await connection.prepare(query) }
    }

    /// Runs a prepared statement, where its partition is if its values tell.
    ///
    /// - Throws: `CQLError`.
    package func execute(
        _ statement: PreparedStatement,
        values: [CQLValueBytes] = [],
        isIdempotent: Bool,
        _ options: StatementOptions = StatementOptions()
    ) async throws(CQLError) -> ResultResponse {
        let route = board.isDivided ? Route(statement, values: values) : nil
        return try await retrying(isIdempotent: isIdempotent, route: route) { connection throws(CQLError) in
            try await connection.execute(statement, values: values, options)
        }
    }

    /// Every row of a SELECT given as text, for results that are small.
    ///
    /// - Throws: `CQLError`.
    package func rows(
        _ query: String,
        _ options: StatementOptions = StatementOptions(pageSize: 5000)
    ) async throws(CQLError) -> [ResultRow] {
        let pages = RowPages(.query(query), session: self, options)
        var rows: [ResultRow] = []
        while let page = try await pages.next() {
            do throws(WireError) {
                rows += try page.allRows()
            } catch {
                throw .codec(error)
            }
        }
        return rows
    }
}
