/// What a COPY in one direction has in common with the other: its end, and its refusals, to ReadyForQuery.
///
/// PostgreSQL documentation, "Message Flow", COPY Operations.
struct CopyEndStateMachine: Sendable {
    enum State {
        /// Entered when the data has ended; next `awaitingReady` or `failed`.
        case awaitingCommandComplete
        /// Entered with CommandComplete; next `finished` or `failed`.
        case awaitingReady(rowCount: Int?)
        /// Entered when the statement returned rows or nothing; next `finished` or `failed`.
        case notACopy
        /// Entered with ErrorResponse; the server drops a copy's data from now on. Next `finished`.
        case failed(PostgresServerError)
        /// Entered with ReadyForQuery or a violation; final.
        case finished
    }

    private var state: State
    /// What was expected, such as "COPY TO STDOUT", and the phase as violations name it.
    private let expected: String
    private let phase: String

    init(_ state: State, expected: String, phase: String) {
        self.state = state
        self.expected = expected
        self.phase = phase
    }

    mutating func messageReceived(_ message: BackendMessage) -> CopyAction {
        switch state {
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
    mutating func connectionClosed() -> CopyAction {
        defer { state = .finished }
        if case .failed(let error) = state { return .failWithServerError(error) }
        return .closed
    }

    mutating func failed(_ error: ErrorResponse) -> CopyAction {
        state = .failed(PostgresServerError(error))
        return .read
    }

    mutating func unexpected(_ message: BackendMessage) -> CopyAction {
        state = .finished
        return .fail(.unexpected(message.id, phase: phase))
    }

    private mutating func otherResultReceived(_ message: BackendMessage) -> CopyAction {
        switch message {
        case .errorResponse(let error): return failed(error)
        case .copyInResponse: return .send([.copyFail(CopyFail(reason: "\(expected) was expected"))])
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
}
