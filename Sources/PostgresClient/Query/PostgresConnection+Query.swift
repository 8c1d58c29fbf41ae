import PosixIO
package import PostgresWire
import WireKit

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
    ///   - sql: one statement with `$1`, `$2` … for its parameters.
    ///   - parameters: at most 65535.
    ///   - resultFormat: the form in which all values come.
    /// - Returns: the statement's result.
    /// - Throws: `PostgresError` of the statement, or that it cannot be sent.
    package func query(
        _ sql: String,
        _ parameters: [PostgresParameter],
        resultFormat: FormatCode = .text
    ) async throws(PostgresError) -> QueryResult {
        guard parameters.count <= UInt16.max else {
            throw .invalidRequest("a statement has at most 65535 parameters, this one has \(parameters.count)")
        }
        for (index, parameter) in parameters.enumerated()
        where parameter.format == .text && (parameter.bytes ?? []).contains(0) {
            throw .invalidRequest("parameter \(index + 1) contains a NUL character, which no text in PostgreSQL can")
        }
        let request = ExtendedQueryStateMachine.request(
            sql,
            parameters.map { (type: $0.type, value: $0.bytes.map { $0[...] }) },
            parameterFormats: parameters.map(\.format),
            resultFormats: [resultFormat]
        )
        try await begin(sql, request, .query)
        return try await run(ExtendedQueryStateMachine(), .query).first ?? QueryResult(columns: [])
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
        return try await run(SimpleQueryStateMachine(), phase, until: deadline)
    }

    /// Sends a request on an idle session.
    ///
    /// - Throws: `PostgresError` when the session is not idle, the statement cannot be sent, or sending it failed.
    func begin(
        _ sql: String,
        _ messages: [FrontendMessage],
        _ phase: PostgresConnectionError.Phase,
        until deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresError) {
        switch state {
        case .idle: break
        case .busy, .copying: throw .invalidRequest("the connection is busy with another request")
        case .closed(let error): throw .connection(error)
        }
        guard !sql.utf8.contains(0) else { throw .invalidRequest("the statement contains a NUL character") }
        state = .busy
        enqueue(messages)
        do throws(PostgresConnectionError) {
            try await flush(phase, until: deadline)
        } catch {
            throw .connection(error)
        }
    }

    /// Reads a request's answer to its end.
    ///
    /// - Throws: `PostgresError` of the server, or the end of the session.
    private func run(
        _ initial: some QueryStateMachine,
        _ phase: PostgresConnectionError.Phase,
        until deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresError) -> [QueryResult] {
        var machine = initial
        var results: [QueryResult] = []
        var current: QueryResult?
        while true {
            let action: QueryAction
            do throws(PostgresConnectionError) {
                let message = try await nextMessage(phase, until: deadline)
                action = message.map { machine.messageReceived($0) } ?? machine.connectionClosed()
                if case .send(let messages) = action {
                    enqueue(messages)
                    try await flush(phase, until: deadline)
                }
            } catch {
                throw .connection(error)
            }
            switch action {
            case .read, .send: break
            case .beginRows(let description): current = QueryResult(columns: description.columns)
            case .row(let row): current?.append(row)
            case .endStatement(let completion):
                var result = current ?? QueryResult(columns: [])
                result.completion = completion
                results.append(result)
                current = nil
            case .complete(let status):
                becomeIdle(status)
                return results
            case .completeWithError(let error, let status):
                becomeIdle(status)
                throw .server(error)
            case .fail(let violation): throw .connection(end(violation, phase))
            case .failWithServerError(let error): throw .connection(end(error, phase))
            case .closed: throw .connection(end(closedError(phase)))
            }
        }
    }

    /// The server is ready for the next request.
    func becomeIdle(_ status: TransactionStatus) {
        transactionStatus = status
        state = .idle
        // One giant message made the buffer grow; the session's next requests do not need that much.
        if input.isEmpty, input.capacity > 1 << 20 { input = RawBuffer(capacity: 16 * 1024) }
    }

    /// The connection ended without a word of the server.
    func closedError(_ phase: PostgresConnectionError.Phase) -> PostgresConnectionError {
        PostgresConnectionError(transportFailure ?? .closed(peer: stream.peer), phase: phase, endpoint: endpoint)
    }
}
