package import CQLWire

extension CQLConnection {
    /// Runs a statement given as text.
    ///
    /// - Throws: `CQLError`.
    package func query(
        _ query: String,
        values: QueryValues? = nil,
        _ options: StatementOptions = StatementOptions()
    ) async throws(CQLError) -> ResultResponse {
        let parameters = options.parameters(
            consistency: consistency,
            serialConsistency: serialConsistency,
            values: values
        )
        return try await result(of: .query(QueryRequest(query: query, parameters: parameters)), options.timeout)
    }

    /// Has the server parse a statement.
    ///
    /// - Throws: `CQLError`.
    package func prepare(_ query: String) async throws(CQLError) -> PreparedStatement {
        let result = try await result(of: .prepare(PrepareRequest(query: query)), nil)
        guard case .prepared(let prepared) = result else { throw .unexpectedResult(result.kind, query: query) }
        return PreparedStatement(prepared, query: query)
    }

    /// Runs a prepared statement, which is prepared again when the server has forgotten it.
    ///
    /// - Throws: `CQLError`: also `statementChanged` when it takes or returns something else since.
    package func execute(
        _ statement: PreparedStatement,
        values: [CQLValueBytes] = [],
        _ options: StatementOptions = StatementOptions()
    ) async throws(CQLError) -> ResultResponse {
        let parameters = options.parameters(
            consistency: consistency,
            serialConsistency: serialConsistency,
            values: values.isEmpty ? nil : .positional(values)
        )
        return try await preparing([statement]) { connection, id throws(CQLError) in
            let request = ExecuteRequest(id: id(statement), parameters: parameters)
            return try await connection.result(of: .execute(request), options.timeout, about: statement.table)
        }
    }

    /// Runs several statements as one; prepared ones are prepared again when the server has forgotten them.
    ///
    /// - Throws: `CQLError`: also `statementChanged` when one takes something else since.
    package func batch(
        _ entries: [BatchEntry],
        kind: BatchRequest.Kind,
        _ options: StatementOptions = StatementOptions()
    ) async throws(CQLError) -> ResultResponse {
        let statements = entries.compactMap { entry in
            if case .prepared(let statement) = entry.statement { statement } else { nil }
        }
        return try await preparing(statements) { connection, id throws(CQLError) in
            let request = BatchRequest(
                kind: kind,
                entries: entries.map { entry in
                    switch entry.statement {
                    case .query(let query): .init(statement: .query(query), values: entry.values)
                    case .prepared(let statement): .init(statement: .prepared(id(statement)), values: entry.values)
                    }
                },
                consistency: options.consistency ?? connection.consistency,
                serialConsistency: options.serialConsistency ?? connection.serialConsistency,
                defaultTimestamp: options.defaultTimestamp
            )
            return try await connection.result(of: .batch(request), options.timeout)
        }
    }

    /// Asks for events, which then come to `eventObserver`.
    ///
    /// - Throws: `CQLError`.
    package func register(eventTypes: [String]) async throws(CQLError) {
        _ = try await response(to: .register(RegisterRequest(eventTypes: eventTypes)))
    }

    private func result(
        of request: Request,
        _ timeout: Duration?,
        about table: TableSpec? = nil
    ) async throws(CQLError) -> ResultResponse {
        let response = try await response(to: request, timeout: timeout, about: table)
        guard case .result(let result) = response else {
            let error = CQLConnectionError(.unexpectedResponse("\(response.opcode) to \(request.opcode)"), peer: peer)
            fail(error)
            throw .connection(error)
        }
        return result
    }

    /// Runs `body`, and again for each of `statements` that the server turns out to have forgotten.
    private func preparing(
        _ statements: [PreparedStatement],
        _ body: (CQLConnection, (PreparedStatement) -> PreparedID) async throws(CQLError) -> ResultResponse
    ) async throws(CQLError) -> ResultResponse {
        for _ in 0..<Set(statements).count {
            do throws(CQLError) {
                return try await body(self) { self.renewedIDs[$0.id] ?? $0.id }
            } catch .server(let error) where error.code == .unprepared {
                try await renew(statements, forgotten: error.details)
            }
        }
        return try await body(self) { renewedIDs[$0.id] ?? $0.id }
    }

    private func renew(
        _ statements: [PreparedStatement],
        forgotten: ErrorResponse.Details
    ) async throws(CQLError) {
        let named = statements.filter { forgotten == .unprepared(renewedIDs[$0.id] ?? $0.id) }
        for statement in Set(named.isEmpty ? statements : named) {
            let renewed = try await prepare(statement.query)
            guard renewed.markers == statement.markers, renewed.columns == statement.columns else {
                throw .statementChanged(query: statement.query)
            }
            renewedIDs[statement.id] = renewed.id == statement.id ? nil : renewed.id
        }
    }
}
