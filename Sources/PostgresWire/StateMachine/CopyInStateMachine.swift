/// A COPY … FROM STDIN sent as a Query, to ReadyForQuery.
///
/// PostgreSQL documentation, "Message Flow", COPY Operations. Asynchronous messages do not come here.
package struct CopyInStateMachine: Sendable {
    private enum State {
        /// Entered at the start; next `copying`, `notACopy` or `failed`.
        case awaitingCopyIn
        /// Entered with CopyInResponse; next `awaitingCommandComplete` or `failed`.
        case copying
        /// Entered when CopyDone or CopyFail was sent; next `awaitingReady` or `failed`.
        case awaitingCommandComplete
        /// Entered with CommandComplete; next `finished` or `failed`.
        case awaitingReady(rowCount: Int?)
        /// Entered when the statement returned rows or nothing; next `finished` or `failed`.
        case notACopy
        /// Entered with ErrorResponse; the server drops the copy's data from now on. Next `finished`.
        case failed(PostgresServerError)
        /// Entered with ReadyForQuery or a violation; final.
        case finished
    }

    private var state = State.awaitingCopyIn

    package init() {}

    /// The server takes data.
    package var acceptsData: Bool {
        if case .copying = state { return true }
        return false
    }

    /// CopyDone or CopyFail is on its way.
    package mutating func ended() {
        if acceptsData { state = .awaitingCommandComplete }
    }

    /// A message has come.
    package mutating func messageReceived(_ message: BackendMessage) -> CopyAction {
        switch state {
        case .awaitingCopyIn:
            if case .copyInResponse(let response) = message {
                state = .copying
                return .begin(response)
            }
            state = .notACopy
            return otherResultReceived(message)
        case .copying:
            guard case .errorResponse(let error) = message else { return unexpected(message) }
            return failed(error)
        case .awaitingCommandComplete:
            if case .errorResponse(let error) = message { return failed(error) }
            guard case .commandComplete(let complete) = message else { return unexpected(message) }
            state = .awaitingReady(rowCount: complete.rowCount)
            return .read
        case .awaitingReady(let rowCount):
            if case .errorResponse(let error) = message { return failed(error) }
            guard case .readyForQuery(let ready) = message else { return unexpected(message) }
            state = .finished
            return .complete(rowCount: rowCount, ready.status)
        case .notACopy: return otherResultReceived(message)
        case .failed(let error):
            guard case .readyForQuery(let ready) = message else { return unexpected(message) }
            state = .finished
            return .completeWithError(error, ready.status)
        case .finished: return unexpected(message)
        }
    }

    /// The server closed the connection.
    package mutating func connectionClosed() -> CopyAction {
        defer { state = .finished }
        if case .failed(let error) = state { return .failWithServerError(error) }
        return .closed
    }

    private mutating func otherResultReceived(_ message: BackendMessage) -> CopyAction {
        switch message {
        case .errorResponse(let error): return failed(error)
        case .copyInResponse: return .send([.copyFail(CopyFail(reason: "one COPY FROM STDIN was expected"))])
        case .rowDescription, .dataRow, .commandComplete, .emptyQueryResponse, .copyOutResponse, .copyData, .copyDone:
            return .read
        case .readyForQuery(let ready):
            state = .finished
            return .completeWithoutCopy(ready.status)
        case .authentication, .backendKeyData, .bindComplete, .closeComplete, .copyBothResponse,
            .functionCallResponse, .negotiateProtocolVersion, .noData, .noticeResponse, .notificationResponse,
            .parameterDescription, .parameterStatus, .parseComplete, .portalSuspended:
            return unexpected(message)
        }
    }

    private mutating func failed(_ error: ErrorResponse) -> CopyAction {
        state = .failed(PostgresServerError(error))
        return .read
    }

    private mutating func unexpected(_ message: BackendMessage) -> CopyAction {
        state = .finished
        return .fail(.unexpected(message.id, phase: "a copy in"))
    }
}
