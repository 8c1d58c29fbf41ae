/// Parse, Bind, Describe, Execute and Sync sent in one go, and everything that answers them.
///
/// PostgreSQL documentation, "Message Flow", Extended Query. Asynchronous messages do not come here.
package struct ExtendedQueryStateMachine: QueryStateMachine {
    private enum State {
        /// Entered at the start; next `awaitingBind` or `failed`.
        case awaitingParse
        /// Entered with ParseComplete; next `awaitingDescription` or `failed`.
        case awaitingBind
        /// Entered with BindComplete; next `executing` or `failed`.
        case awaitingDescription
        /// Entered with RowDescription or NoData; next `awaitingReady` or `failed`.
        case executing(columnCount: Int)
        /// Entered when a COPY TO STDOUT was executed; its data is skipped. Next `awaitingReady` or `failed`.
        case copyingOut
        /// Entered with CommandComplete or EmptyQueryResponse; next `finished`, or `failed`.
        case awaitingReady
        /// Entered with ErrorResponse: the server skips to Sync; next `finished`.
        case failed(PostgresServerError)
        /// Entered with ReadyForQuery or a violation; final.
        case finished
    }

    private var state = State.awaitingParse

    package init() {}

    /// The messages that start the exchange.
    ///
    /// - Parameters:
    ///   - sql: one statement with `$1`, `$2` … for its parameters.
    ///   - parameters: values with their types; `nil` is NULL.
    ///   - parameterFormats: none for text, else one per parameter.
    ///   - resultFormats: none for text, one for all columns, else one per column.
    /// - Returns: five messages, to be sent together.
    package static func request(
        _ sql: String,
        _ parameters: [(type: TypeOID, value: ArraySlice<UInt8>?)],
        parameterFormats: [FormatCode] = [],
        resultFormats: [FormatCode] = []
    ) -> [FrontendMessage] {
        [
            .parse(Parse(sql: sql, parameterTypes: parameters.map(\.type))),
            .bind(
                Bind(
                    parameterFormats: parameterFormats,
                    parameters: parameters.map(\.value),
                    resultFormats: resultFormats
                )
            ),
            .describe(Describe(.portal(""))),
            .execute(Execute()),
            .sync,
        ]
    }

    /// A message has come.
    package mutating func messageReceived(_ message: BackendMessage) -> QueryAction {
        if case .failed(let error) = state {
            guard case .readyForQuery(let ready) = message else { return unexpected(message) }
            state = .finished
            return .completeWithError(error, ready.status)
        }
        if case .errorResponse(let error) = message, !isFinished {
            state = .failed(PostgresServerError(error))
            return .read
        }
        switch state {
        case .awaitingParse: return advance(message, from: .parseComplete, to: .awaitingBind)
        case .awaitingBind: return advance(message, from: .bindComplete, to: .awaitingDescription)
        case .awaitingDescription: return descriptionReceived(message)
        case .executing(let columnCount): return executionMessageReceived(message, columnCount)
        case .copyingOut: return copyMessageReceived(message)
        case .awaitingReady:
            guard case .readyForQuery(let ready) = message else { return unexpected(message) }
            state = .finished
            return .complete(ready.status)
        case .failed, .finished: return unexpected(message)
        }
    }

    /// The server closed the connection.
    package mutating func connectionClosed() -> QueryAction {
        defer { state = .finished }
        if case .failed(let error) = state { return .failWithServerError(error) }
        return .closed
    }

    private var isFinished: Bool {
        if case .finished = state { return true }
        return false
    }

    private mutating func advance(
        _ message: BackendMessage,
        from expected: BackendMessage.ID,
        to next: State
    ) -> QueryAction {
        guard message.id == expected else { return unexpected(message) }
        state = next
        return .read
    }

    private mutating func descriptionReceived(_ message: BackendMessage) -> QueryAction {
        if case .rowDescription(let description) = message {
            state = .executing(columnCount: description.columns.count)
            return .beginRows(description)
        }
        return advance(message, from: .noData, to: .executing(columnCount: 0))
    }

    private mutating func executionMessageReceived(_ message: BackendMessage, _ columnCount: Int) -> QueryAction {
        switch message {
        case .dataRow(let row) where row.columnCount == columnCount:
            return .row(row)
        case .commandComplete(let complete):
            state = .awaitingReady
            return .endStatement(complete)
        case .emptyQueryResponse:
            state = .awaitingReady
            return .endStatement(nil)
        case .copyInResponse:
            // Our Sync was read and dropped by the copy mode that this CopyFail ends, so another must follow.
            return .send([.copyFail(CopyFail(reason: "COPY FROM STDIN is not possible in this query")), .sync])
        case .copyOutResponse:
            state = .copyingOut
            return .read
        case .authentication, .backendKeyData, .bindComplete, .closeComplete, .copyBothResponse, .copyData, .copyDone,
            .dataRow, .errorResponse, .functionCallResponse, .negotiateProtocolVersion, .noData, .noticeResponse,
            .notificationResponse, .parameterDescription, .parameterStatus, .parseComplete, .portalSuspended,
            .readyForQuery, .rowDescription:
            return unexpected(message)
        }
    }

    private mutating func copyMessageReceived(_ message: BackendMessage) -> QueryAction {
        if case .commandComplete(let complete) = message {
            state = .awaitingReady
            return .endStatement(complete)
        }
        guard message.id == .copyData || message.id == .copyDone else { return unexpected(message) }
        return .read
    }

    private mutating func unexpected(_ message: BackendMessage) -> QueryAction {
        state = .finished
        return .fail(.unexpected(message.id, phase: "an extended query"))
    }
}
