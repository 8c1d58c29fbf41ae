package import PostgresWire

/// Statements that are sent in one go, without waiting for the answers in between.
///
/// Statements up to a Sync are a segment: unless a transaction is open they succeed or fail together, and an error
/// skips what is left of them. The next segment runs in any case.
package struct QueryPipeline: Sendable {
    /// What became of a statement.
    package enum Outcome: Sendable {
        case result(QueryResult)
        case failed(PostgresServerError)
        /// A statement before it in its segment had failed.
        case skipped
    }

    var messages: [FrontendMessage] = []
    /// The text of each statement, by segment.
    var segments: [[String]] = [[]]

    package init() {}

    /// Adds a statement.
    ///
    /// - Throws: `PostgresError` (invalid request) when it cannot be sent.
    package mutating func append(
        _ sql: String,
        _ parameters: [PostgresParameter] = [],
        resultFormat: FormatCode = .text
    ) throws(PostgresError) {
        let parse = Parse(sql: sql, parameterTypes: parameters.map(\.type))
        try append(sql, parse, Bind(parameters, format: resultFormat), parameters)
    }

    /// Adds a prepared statement.
    ///
    /// - Throws: `PostgresError` (invalid request) when it cannot be sent.
    package mutating func append(
        _ statement: PreparedStatement,
        _ parameters: [PostgresParameter] = [],
        resultFormat: FormatCode = .text
    ) throws(PostgresError) {
        let bind = Bind(statement: statement.name, parameters, format: resultFormat)
        try append(statement.sql, nil, bind, parameters)
    }

    private mutating func append(
        _ sql: String,
        _ parse: Parse?,
        _ bind: Bind,
        _ parameters: [PostgresParameter]
    ) throws(PostgresError) {
        try PostgresParameter.check(parameters)
        guard !sql.utf8.contains(0) else { throw .invalidRequest("the statement contains a NUL character") }
        messages += ExtendedQueryStateMachine.statement(parse: parse, bind: bind)
        segments[segments.count - 1].append(sql)
    }

    /// Ends a segment; the last one is ended by running the pipeline.
    package mutating func sync() {
        messages.append(.sync)
        segments.append([])
    }
}

extension PostgresConnection {
    /// Runs the statements of a pipeline.
    ///
    /// Everything is sent at once while answers are taken in, however many there are.
    ///
    /// - Returns: what became of each statement, in order.
    /// - Throws: `PostgresError`: the session was lost, or the pipeline was given up. An error of a statement is an
    ///   outcome, not thrown.
    package func run(_ pipeline: QueryPipeline) async throws(PostgresError) -> [QueryPipeline.Outcome] {
        let messages = pipeline.messages + [.sync]
        try await begin("", messages, .query)
        var machine = ExtendedQueryStateMachine(messages)
        var outcomes: [QueryPipeline.Outcome] = []
        for segment in pipeline.segments { outcomes += try await readSegment(segment, &machine) }
        if let surrender = becomeIdle(transactionStatus), outcomes.contains(where: \.isCancelled) {
            throw surrender.error
        }
        return outcomes
    }

    /// Reads the answers of one segment, to its ReadyForQuery.
    private func readSegment(
        _ segment: [String],
        _ machine: inout ExtendedQueryStateMachine
    ) async throws(PostgresError) -> [QueryPipeline.Outcome] {
        var gathering = ResultGathering()
        while true {
            let action = try await nextAction(&machine, .query)
            switch action {
            case .complete(let status):
                transactionStatus = status
                return gathering.results.map { .result($0) }
            case .completeWithError(let error, let status):
                transactionStatus = status
                var outcomes = gathering.results.map { QueryPipeline.Outcome.result($0) }
                // The error of a COMMIT that Sync implies belongs to no statement but the last.
                if outcomes.count == segment.count, !outcomes.isEmpty { outcomes.removeLast() }
                let sql = segment.indices.contains(outcomes.count) ? segment[outcomes.count] : ""
                outcomes.append(.failed(error.about(sql)))
                return outcomes + Array(repeating: .skipped, count: max(0, segment.count - outcomes.count))
            default: gathering.add(action)
            }
        }
    }
}

extension QueryPipeline.Outcome {
    fileprivate var isCancelled: Bool {
        if case .failed(let error) = self { return error.sqlState == .queryCanceled }
        return false
    }
}
