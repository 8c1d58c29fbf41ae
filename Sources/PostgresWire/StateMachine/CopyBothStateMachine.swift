/// A command that both sides copy for, such as START_REPLICATION, to ReadyForQuery.
///
/// PostgreSQL documentation, "Message Flow", COPY Operations, and "Streaming Replication Protocol". Each side ends its
/// direction by CopyDone. Asynchronous messages do not come here.
package struct CopyBothStateMachine: Sendable {
    /// What the connection does next.
    package enum Action: Equatable, Sendable {
        case read
        /// Both sides may send CopyData.
        case begin(CopyResponse)
        /// What a CopyData held.
        case data(ArraySlice<UInt8>)
        case send([FrontendMessage])
        /// Both directions have ended and the session can take the next command.
        case complete(TransactionStatus)
        case completeWithError(PostgresServerError, TransactionStatus)
        /// The command was answered by a result.
        case completeWithoutCopy(TransactionStatus)
        case fail(ProtocolViolation)
        case failWithServerError(PostgresServerError)
        case closed
    }

    private enum State {
        /// Entered at the start; next `copying`, `notACopy` or `failed`.
        case awaitingCopyBoth
        /// Entered with CopyBothResponse; next `draining`, `awaitingCompletion` or `failed`.
        case copying
        /// Entered when our CopyDone was sent; data of the server may still come. Next `awaitingCompletion` or `failed`.
        case draining
        /// Entered when both directions have ended; next `finished` or `failed`.
        case awaitingCompletion
        /// Entered when the command was answered otherwise; next `finished` or `failed`.
        case notACopy
        /// Entered with ErrorResponse, which ends both directions; next `finished`.
        case failed(PostgresServerError)
        /// Entered with ReadyForQuery or a violation; final.
        case finished
    }

    private var state = State.awaitingCopyBoth

    package init() {}

    /// We may send CopyData.
    package var acceptsData: Bool {
        if case .copying = state { return true }
        return false
    }

    /// Our CopyDone is on its way.
    package mutating func ended() {
        if acceptsData { state = .draining }
    }

    /// A message has come.
    package mutating func messageReceived(_ message: BackendMessage) -> Action {
        switch state {
        case .awaitingCopyBoth:
            if case .copyBothResponse(let response) = message {
                state = .copying
                return .begin(response)
            }
            state = .notACopy
            return resultMessageReceived(message, isCopy: false)
        case .copying, .draining: return copyMessageReceived(message)
        case .awaitingCompletion:
            // A walsender says CopyDone as soon as it hears ours, and then what it had begun to say.
            if message.id == .copyData || message.id == .copyDone { return .read }
            return resultMessageReceived(message, isCopy: true)
        case .notACopy: return resultMessageReceived(message, isCopy: false)
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

    private mutating func copyMessageReceived(_ message: BackendMessage) -> Action {
        switch message {
        case .copyData(let copyData): return .data(copyData.data)
        case .copyDone:
            let owesCopyDone = acceptsData
            state = .awaitingCompletion
            return owesCopyDone ? .send([.copyDone]) : .read
        case .errorResponse(let error): return failed(error)
        case .commandComplete:
            // A server that shuts down leaves the CopyDone out.
            state = .awaitingCompletion
            return .read
        case .authentication, .backendKeyData, .bindComplete, .closeComplete, .copyBothResponse, .copyInResponse,
            .copyOutResponse, .dataRow, .emptyQueryResponse, .functionCallResponse, .negotiateProtocolVersion, .noData,
            .noticeResponse, .notificationResponse, .parameterDescription, .parameterStatus, .parseComplete,
            .portalSuspended, .readyForQuery, .rowDescription:
            return unexpected(message)
        }
    }

    /// A result follows a copy too, where the server's timeline has ended.
    private mutating func resultMessageReceived(_ message: BackendMessage, isCopy: Bool) -> Action {
        switch message {
        case .errorResponse(let error): return failed(error)
        case .rowDescription, .dataRow, .commandComplete: return .read
        case .readyForQuery(let ready):
            state = .finished
            return isCopy ? .complete(ready.status) : .completeWithoutCopy(ready.status)
        case .authentication, .backendKeyData, .bindComplete, .closeComplete, .copyBothResponse, .copyData, .copyDone,
            .copyInResponse, .copyOutResponse, .emptyQueryResponse, .functionCallResponse, .negotiateProtocolVersion,
            .noData, .noticeResponse, .notificationResponse, .parameterDescription, .parameterStatus, .parseComplete,
            .portalSuspended:
            return unexpected(message)
        }
    }

    private mutating func failed(_ error: ErrorResponse) -> Action {
        state = .failed(PostgresServerError(error))
        return .read
    }

    private mutating func unexpected(_ message: BackendMessage) -> Action {
        state = .finished
        return .fail(.unexpected(message.id, phase: "a copy in both directions"))
    }
}
