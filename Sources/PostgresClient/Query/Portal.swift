package import PostgresWire

/// A statement that is being executed a number of rows at a time.
///
/// It lives inside `withPortal`; the session can do nothing else meanwhile.
package final class Portal {
    private let connection: PostgresConnection
    private let sql: String
    private var machine: ExtendedQueryStateMachine
    private var gathering = ResultGathering()
    private var isOver = false

    /// The columns of its rows.
    package private(set) var columns: [RowDescription.Column] = []
    /// The command tag, once all rows have come.
    package private(set) var completion: CommandComplete?

    init(_ connection: PostgresConnection, _ sql: String, _ machine: ExtendedQueryStateMachine) {
        self.connection = connection
        self.sql = sql
        self.machine = machine
    }

    /// The next rows.
    ///
    /// - Parameter maximumRowCount: at least 1.
    /// - Returns: at most so many rows, or `nil` when there are no more.
    /// - Throws: `PostgresError`; the portal is over then.
    package func next(_ maximumRowCount: Int32) async throws(PostgresError) -> [PostgresRow]? {
        guard maximumRowCount > 0 else { throw .invalidRequest("a portal returns at least one row at a time") }
        guard !isOver else { return nil }
        if let surrender = connection.surrender { throw surrender.error }
        if Task.isCancelled { throw .cancelled }
        try await send([.execute(Execute(maximumRowCount: maximumRowCount)), .flush])
        while true {
            let action = try await nextAction()
            gathering.add(action)
            switch action {
            case .suspended: return gathering.takeRows()
            case .endStatement:
                isOver = true
                let result = gathering.results.last
                completion = result?.completion
                let rows = result?.rows ?? []
                return rows.isEmpty ? nil : rows
            default: break
            }
        }
    }

    /// Binds the portal and learns its columns.
    ///
    /// - Throws: `PostgresError`; the session has ended the exchange then.
    func open() async throws(PostgresError) {
        while !machine.isAnswered {
            let action = try await nextAction()
            gathering.add(action)
            if case .beginRows(let description) = action { columns = description.columns }
        }
    }

    /// Ends the exchange; the server forgets the portal, and commits unless a transaction block is open.
    ///
    /// - Throws: `PostgresError`.
    func end(until deadline: ContinuousClock.Instant? = nil) async throws(PostgresError) {
        guard case .busy = connection.state else { return }
        isOver = true
        try await send([.close(Close(.portal(""))), .sync], until: deadline)
        while true {
            if case .complete(let status) = try await nextAction(until: deadline) {
                connection.becomeIdle(status)
                return
            }
        }
    }

    private func send(
        _ messages: [FrontendMessage],
        until deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresError) {
        guard case .busy = connection.state else { throw .invalidRequest("the portal's exchange has ended") }
        machine.sent(messages)
        try await connection.send(messages, .query, until: deadline)
    }

    private func nextAction(until deadline: ContinuousClock.Instant? = nil) async throws(PostgresError) -> QueryAction {
        let action = try await connection.nextAction(&machine, .query, until: deadline)
        guard case .completeWithError(let error, let status) = action else { return action }
        isOver = true
        throw connection.failedRequest(error, status, sql)
    }
}

extension PostgresConnection {
    /// Executes a statement a number of rows at a time, so that a large result needs little memory.
    ///
    /// - Parameters:
    ///   - sql: the statement, with `$1`, `$2` … for its parameters.
    ///   - parameters: their values.
    ///   - resultFormat: the format that the rows' values come in.
    ///   - body: asks for the rows it wants; what is left of them is not computed.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws, or the `PostgresError` of the statement.
    package func withPortal<T>(
        _ sql: String,
        _ parameters: [PostgresParameter] = [],
        resultFormat: FormatCode = .text,
        _ body: (Portal) async throws -> T
    ) async throws -> T {
        let parse = Parse(sql: sql, parameterTypes: parameters.map(\.type))
        return try await withPortal(sql, parse, Bind(parameters, format: resultFormat), parameters, body)
    }

    /// Executes a prepared statement a number of rows at a time.
    ///
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws, or the `PostgresError` of the statement.
    package func withPortal<T>(
        _ statement: PreparedStatement,
        _ parameters: [PostgresParameter] = [],
        resultFormat: FormatCode = .text,
        _ body: (Portal) async throws -> T
    ) async throws -> T {
        let bind = Bind(statement: statement.name, parameters, format: resultFormat)
        return try await withPortal(statement.sql, nil, bind, parameters, body)
    }

    private func withPortal<T>(
        _ sql: String,
        _ parse: Parse?,
        _ bind: Bind,
        _ parameters: [PostgresParameter],
        _ body: (Portal) async throws -> T
    ) async throws -> T {
        try PostgresParameter.check(parameters)
        let messages: [FrontendMessage] =
            (parse.map { [.parse($0)] } ?? []) + [.bind(bind), .describe(Describe(.portal(""))), .flush]
        try await begin(sql, messages, .query)
        let portal = Portal(self, sql, ExtendedQueryStateMachine(messages))
        try await portal.open()
        let value: T
        do {
            value = try await body(portal)
        } catch {
            // The error of the body is the one to report.
            try? await outlastingCancellation { deadline throws(PostgresError) in try await portal.end(until: deadline)
            }
            throw error
        }
        try await portal.end()
        return value
    }
}
