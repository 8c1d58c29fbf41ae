/// A COPY … TO STDOUT sent as a Query, to ReadyForQuery.
///
/// PostgreSQL documentation, "Message Flow", COPY Operations. While `expectsData` is true, CopyData messages are the
/// reader's and do not come here; asynchronous messages never do.
package struct CopyOutStateMachine: Sendable {
    private enum State {
        /// Entered at the start; next `copying`, `notACopy` or `failed`.
        case awaitingCopyOut
        /// Entered with CopyOutResponse; next `awaitingCommandComplete` or `failed`.
        case copying
        /// Entered with CopyDone; next `awaitingReady` or `failed`.
        case awaitingCommandComplete
        /// Entered with CommandComplete; next `finished` or `failed`.
        case awaitingReady(rowCount: Int?)
        /// Entered when the statement returned rows or nothing; next `finished` or `failed`.
        case notACopy
        /// Entered with ErrorResponse; next `finished`.
        case failed(PostgresServerError)
        /// Entered with ReadyForQuery or a violation; final.
        case finished
    }

    private var state = State.awaitingCopyOut

    package init() {}

    /// The copy is under way: a CopyData that comes now belongs to it.
    package var expectsData: Bool {
        if case .copying = state { return true }
        return false
    }

    /// A message other than the CopyData of a copy under way has come.
    package mutating func messageReceived(_ message: BackendMessage) -> CopyAction {
        switch state {
        case .awaitingCopyOut: return openingMessageReceived(message)
        case .copying:
            if case .errorResponse(let error) = message { return failed(error) }
            return advance(message, from: .copyDone, to: .awaitingCommandComplete)
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

    private mutating func openingMessageReceived(_ message: BackendMessage) -> CopyAction {
        if case .copyOutResponse(let response) = message {
            state = .copying
            return .begin(response)
        }
        state = .notACopy
        return otherResultReceived(message)
    }

    private mutating func otherResultReceived(_ message: BackendMessage) -> CopyAction {
        switch message {
        case .errorResponse(let error): return failed(error)
        case .copyInResponse: return .send([.copyFail(CopyFail(reason: "a COPY TO STDOUT was expected"))])
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

    private mutating func advance(
        _ message: BackendMessage,
        from expected: BackendMessage.ID,
        to next: State
    ) -> CopyAction {
        guard message.id == expected else { return unexpected(message) }
        state = next
        return .read
    }

    private mutating func failed(_ error: ErrorResponse) -> CopyAction {
        state = .failed(PostgresServerError(error))
        return .read
    }

    private mutating func unexpected(_ message: BackendMessage) -> CopyAction {
        state = .finished
        return .fail(.unexpected(message.id, phase: "a copy out"))
    }
}
