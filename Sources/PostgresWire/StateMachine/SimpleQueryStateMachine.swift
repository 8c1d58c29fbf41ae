/// One Query message and everything that answers it, to ReadyForQuery.
///
/// PostgreSQL documentation, "Message Flow", Simple Query. Asynchronous messages do not come here.
package struct SimpleQueryStateMachine: QueryStateMachine {
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
    package mutating func messageReceived(_ message: BackendMessage) -> QueryAction {
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
    package mutating func connectionClosed() -> QueryAction {
        defer { state = .finished }
        if case .failed(let error) = state { return .failWithServerError(error) }
        return .closed
    }

    private mutating func resultMessageReceived(_ message: BackendMessage) -> QueryAction {
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

    private mutating func rowMessageReceived(_ message: BackendMessage, _ columnCount: Int) -> QueryAction {
        if case .dataRow(let row) = message, row.columnCount == columnCount { return .row(row) }
        if case .errorResponse(let error) = message { return failed(error) }
        guard case .commandComplete(let complete) = message else { return unexpected(message) }
        state = .awaitingResult
        return .endStatement(complete)
    }

    private mutating func copyMessageReceived(_ message: BackendMessage) -> QueryAction {
        if case .errorResponse(let error) = message { return failed(error) }
        if case .commandComplete(let complete) = message {
            state = .awaitingResult
            return .endStatement(complete)
        }
        guard message.id == .copyData || message.id == .copyDone else { return unexpected(message) }
        return .read
    }

    private mutating func failed(_ error: ErrorResponse) -> QueryAction {
        state = .failed(PostgresServerError(error))
        return .read
    }

    private mutating func unexpected(_ message: BackendMessage) -> QueryAction {
        state = .finished
        return .fail(.unexpected(message.id, phase: "a simple query"))
    }
}
