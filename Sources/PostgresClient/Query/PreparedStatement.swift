package import PostgresWire

/// A statement that the server has parsed and keeps under a name until it is closed or the session ends.
package struct PreparedStatement: Hashable, Sendable {
    package let name: String
    package let sql: String
    /// The types of its parameters, as the server has inferred them.
    package let parameterTypes: [TypeOID]
    /// The columns of its rows, in no format yet; none for a statement without rows.
    package let columns: [RowDescription.Column]
}

extension PostgresConnection {
    /// Prepares a statement.
    ///
    /// - Parameters:
    ///   - sql: one statement, with `$1`, `$2` … for its parameters.
    ///   - name: a name that no other statement of the session has; empty is the unnamed statement, which the next
    ///     statement that is not prepared replaces.
    ///   - types: the types of the first parameters, where the server shall not infer them.
    /// - Returns: the statement with its description.
    /// - Throws: `PostgresError` of the server, or that it cannot be sent.
    package func prepare(
        _ sql: String,
        name: String,
        types: [TypeOID] = []
    ) async throws(PostgresError) -> PreparedStatement {
        guard !name.utf8.contains(0) else { throw .invalidRequest("a statement's name contains a NUL character") }
        guard types.count <= UInt16.max else {
            throw .invalidRequest("a statement has at most 65535 parameters, this one has \(types.count)")
        }
        let parse = Parse(statement: name, sql: sql, parameterTypes: types)
        let messages: [FrontendMessage] = [.parse(parse), .describe(Describe(.statement(name))), .sync]
        try await begin(sql, messages, .query)
        var machine = ExtendedQueryStateMachine(messages)
        var parameterTypes: [TypeOID] = []
        var columns: [RowDescription.Column] = []
        while true {
            switch try await nextAction(&machine, .query) {
            case .parameters(let types): parameterTypes = types
            case .beginRows(let description): columns = description.columns
            case .complete(let status):
                becomeIdle(status)
                return PreparedStatement(name: name, sql: sql, parameterTypes: parameterTypes, columns: columns)
            case .completeWithError(let error, let status): throw failedRequest(error, status, sql)
            default: break
            }
        }
    }

    /// Runs a prepared statement.
    ///
    /// - Parameters:
    ///   - statement: from `prepare`.
    ///   - parameters: their values; the types are the statement's.
    ///   - resultFormat: the format that the rows' values come in.
    /// - Returns: the rows.
    /// - Throws: `PostgresError` of the statement, or that it cannot be sent.
    package func query(
        _ statement: PreparedStatement,
        _ parameters: [PostgresParameter] = [],
        resultFormat: FormatCode = .text
    ) async throws(PostgresError) -> QueryResult {
        try PostgresParameter.check(parameters)
        let bind = Bind(statement: statement.name, parameters, format: resultFormat)
        return try await run(statement.sql, ExtendedQueryStateMachine.statement(parse: nil, bind: bind))
    }

    /// Releases a prepared statement; the server does not mind one that is gone.
    ///
    /// - Throws: `PostgresError` when the session is lost.
    package func close(_ statement: PreparedStatement) async throws(PostgresError) {
        _ = try await run("", [.close(Close(.statement(statement.name)))])
    }
}
