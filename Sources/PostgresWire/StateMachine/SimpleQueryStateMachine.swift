/// One Query message and everything that answers it, to ReadyForQuery.
///
/// PostgreSQL documentation, "Message Flow", Simple Query. Asynchronous messages do not come here.
package struct SimpleQueryStateMachine: Sendable {
    /// What the connection does next.
    package enum Action: Equatable, Sendable {
        case read
        /// Rows of these columns follow.
        case beginRows(RowDescription)
        case row(DataRow)
        /// A statement is over; no tag for an empty one.
        case endStatement(CommandComplete?)
        case send([FrontendMessage])
        /// The query is over and the session can take the next one.
        case complete(TransactionStatus)
        /// The query failed and the session can take the next one.
        case completeWithError(PostgresServerError, TransactionStatus)
        /// The session cannot be used any more.
        case fail(ProtocolViolation)
        /// The server ended the session with this error.
        case failWithServerError(PostgresServerError)
        /// The server closed the connection without a word.
        case closed
    }

    private enum State {
        /// Entered at the start and after each statement; next `rows`, `copyingOut`, `failed` or `finished`.
        case awaitingResult
        /// Entered with RowDescription; next `awaitingResult` or `failed`.
        case rows(columnCount: Int)
        /// Entered when a COPY TO STDOUT was sent as a query; its data is skipped. Next `awaitingResult` or `failed`.
        case copyingOut
        /// Entered with ErrorResponse; next `finished`.
        case failed(PostgresServerError)
        /// Entered with ReadyForQuery or a violation; final.
        case finished
    }

    private var state = State.awaitingResult

    package init() {}

    /// A message has come.
    package mutating func messageReceived(_ message: BackendMessage) -> Action {
        switch state {
        case .awaitingResult: return resultMessageReceived(message)
        case .rows(let columnCount): return rowMessageReceived(message, columnCount)
        case .copyingOut: return copyMessageReceived(message)
        case .failed(let error):
            guard case .readyForQuery(let ready) = message else { return unexpected(message) }
            state = .finished
            return .completeWithError(error, ready.status)
        case .finished: return unexpected(message)
        }
    }

    /// The server closed the connection.
    package mutating func connectionClosed() -> Action {
        defer { state = .finished }
        if case .failed(let error) = state { return .failWithServerError(error) }
        return .closed
    }

    private mutating func resultMessageReceived(_ message: BackendMessage) -> Action {
        switch message {
        case .rowDescription(let description):
            state = .rows(columnCount: description.columns.count)
            return .beginRows(description)
        case .commandComplete(let complete): return .endStatement(complete)
        case .emptyQueryResponse: return .endStatement(nil)
        case .errorResponse(let error): return failed(error)
        case .copyInResponse:
            return .send([.copyFail(CopyFail(reason: "COPY FROM STDIN is not possible in this query"))])
        case .copyOutResponse:
            state = .copyingOut
            return .read
        case .readyForQuery(let ready):
            state = .finished
            return .complete(ready.status)
        case .authentication, .backendKeyData, .bindComplete, .closeComplete, .copyBothResponse, .copyData, .copyDone,
            .dataRow, .functionCallResponse, .negotiateProtocolVersion, .noData, .noticeResponse,
            .notificationResponse, .parameterDescription, .parameterStatus, .parseComplete, .portalSuspended:
            return unexpected(message)
        }
    }

    private mutating func rowMessageReceived(_ message: BackendMessage, _ columnCount: Int) -> Action {
        if case .dataRow(let row) = message, row.columnCount == columnCount { return .row(row) }
        if case .errorResponse(let error) = message { return failed(error) }
        guard case .commandComplete(let complete) = message else { return unexpected(message) }
        state = .awaitingResult
        return .endStatement(complete)
    }

    private mutating func copyMessageReceived(_ message: BackendMessage) -> Action {
        if case .errorResponse(let error) = message { return failed(error) }
        if case .commandComplete(let complete) = message {
            state = .awaitingResult
            return .endStatement(complete)
        }
        guard message.id == .copyData || message.id == .copyDone else { return unexpected(message) }
        return .read
    }

    private mutating func failed(_ error: ErrorResponse) -> Action {
        state = .failed(PostgresServerError(error))
        return .read
    }

    private mutating func unexpected(_ message: BackendMessage) -> Action {
        state = .finished
        return .fail(.unexpected(message.id, phase: "a simple query"))
    }
}
