import PosixIO
package import PostgresWire

extension PostgresConnection {
    /// Runs one or more statements in the simple query protocol; all values come as text.
    ///
    /// - Throws: `PostgresError`: the first statement's that failed; those after it were not run.
    package func query(_ sql: String) async throws(PostgresError) -> [QueryResult] {
        try await simpleQuery(sql, .query)
    }

    /// Runs one or more statements whose rows nobody wants.
    ///
    /// - Throws: `PostgresError`: the first statement's that failed; those after it were not run.
    package func execute(_ sql: String) async throws(PostgresError) {
        _ = try await simpleQuery(sql, .query)
    }

    /// Runs one statement with parameters in the extended query protocol.
    ///
    /// - Parameters:
    ///   - sql: the statement, with `$1`, `$2` … for its parameters.
    ///   - parameters: their values.
    ///   - resultFormat: the format that the rows' values come in.
    /// - Returns: the rows.
    /// - Throws: `PostgresError` of the statement, or that it cannot be sent.
    package func query(
        _ sql: String,
        _ parameters: [PostgresParameter],
        resultFormat: FormatCode = .text
    ) async throws(PostgresError) -> QueryResult {
        try PostgresParameter.check(parameters)
        let parse = Parse(sql: sql, parameterTypes: parameters.map(\.type))
        let bind = Bind(parameters, format: resultFormat)
        return try await run(sql, ExtendedQueryStateMachine.statement(parse: parse, bind: bind))
    }

    /// Sends messages of the extended query protocol and a Sync.
    ///
    /// - Returns: what the one statement among them returned.
    /// - Throws: `PostgresError` of the statement, or that it cannot be sent.
    func run(_ sql: String, _ messages: [FrontendMessage]) async throws(PostgresError) -> QueryResult {
        let messages = messages + [.sync]
        try await begin(sql, messages, .query)
        return try await run(ExtendedQueryStateMachine(messages), sql, .query).first ?? QueryResult(columns: [])
    }

    /// Runs statements during any phase.
    ///
    /// - Throws: `PostgresError`.
    func simpleQuery(
        _ sql: String,
        _ phase: PostgresConnectionError.Phase,
        until deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresError) -> [QueryResult] {
        try await begin(sql, [.query(Query(sql: sql))], phase, until: deadline)
        return try await run(SimpleQueryStateMachine(), sql, phase, until: deadline)
    }

    /// Reads a request's answer to its end.
    ///
    /// - Throws: `PostgresError` of the server, or the end of the session.
    private func run(
        _ initial: some QueryStateMachine,
        _ sql: String,
        _ phase: PostgresConnectionError.Phase,
        until deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresError) -> [QueryResult] {
        var machine = initial
        var gathering = ResultGathering()
        while true {
            let action = try await nextAction(&machine, phase, until: deadline)
            switch action {
            case .complete(let status):
                becomeIdle(status)
                return gathering.results
            case .completeWithError(let error, let status): throw failedRequest(error, status, sql)
            default: gathering.add(action)
            }
        }
    }
}

/// The results of statements, gathered from what their machine says.
struct ResultGathering {
    private(set) var results: [QueryResult] = []
    private var current: QueryResult?

    /// Takes note of what the machine says, as far as it is about results.
    mutating func add(_ action: QueryAction) {
        switch action {
        case .beginRows(let description): current = QueryResult(columns: description.columns)
        case .row(let row): current?.append(row)
        case .endStatement(let completion):
            var result = current ?? QueryResult(columns: [])
            result.completion = completion
            results.append(result)
            current = nil
        case .read, .parameters, .suspended, .send, .complete, .completeWithError, .fail, .failWithServerError,
            .closed:
            break
        }
    }

    /// Rows that came so far of a statement that has not ended.
    mutating func takeRows() -> [PostgresRow] {
        let rows = current?.rows ?? []
        current?.rows.removeAll()
        return rows
    }
}
