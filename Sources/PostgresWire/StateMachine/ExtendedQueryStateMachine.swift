/// Messages of the extended query protocol that were sent, and everything that answers them, in order.
///
/// PostgreSQL documentation, "Message Flow", Extended Query and Pipelining. What lies between two Syncs is a segment: an
/// error in it skips the rest of the segment, and the next one runs. Asynchronous messages do not come here.
package struct ExtendedQueryStateMachine: QueryStateMachine {
    /// What the server owes for a message of ours.
    private enum Answer: Equatable {
        case parseComplete
        case bindComplete(portal: String)
        case closeComplete
        /// Followed by `rowDescription`, for a statement.
        case parameterDescription
        /// RowDescription or NoData, of a portal or of a statement.
        case rowDescription(portal: String?)
        /// Rows, then CommandComplete, EmptyQueryResponse or PortalSuspended.
        case execution(portal: String)
        /// Entered from `execution` when a COPY TO STDOUT was executed; its data is skipped to CommandComplete.
        case copyOut
        case readyForQuery
    }

    private enum State {
        /// Answers come as they are owed.
        case going
        /// Entered with ErrorResponse: the server skips to Sync; next `going` with ReadyForQuery.
        case failed(PostgresServerError)
        /// Entered with a violation or the connection's end; final.
        case finished
    }

    private var state = State.going
    private var owed: [Answer] = []
    private var front = 0
    /// The portal that was described last, and its columns.
    private var described: (portal: String, columnCount: Int)?

    /// Nothing was sent yet.
    package init() {}

    /// The messages were sent in one go.
    package init(_ messages: [FrontendMessage]) { sent(messages) }

    /// One statement with its parameters, run and described.
    ///
    /// - Parameters:
    ///   - parse: the statement, unless it is prepared already.
    ///   - bind: its values.
    /// - Returns: the messages, to be sent together and followed by Sync or others.
    package static func statement(parse: Parse?, bind: Bind) -> [FrontendMessage] {
        let execution: [FrontendMessage] = [
            .bind(bind), .describe(Describe(.portal(bind.portal))), .execute(Execute(portal: bind.portal)),
        ]
        return (parse.map { [.parse($0)] } ?? []) + execution
    }

    /// Everything that was sent is answered.
    package var isAnswered: Bool { front == owed.count }

    /// Messages are on their way.
    package mutating func sent(_ messages: [FrontendMessage]) {
        if isAnswered {
            owed.removeAll(keepingCapacity: true)
            front = 0
        }
        for message in messages {
            switch message {
            case .parse: owed.append(.parseComplete)
            case .bind(let bind): owed.append(.bindComplete(portal: bind.portal))
            case .close: owed.append(.closeComplete)
            case .describe(let describe):
                switch describe.object {
                case .statement: owed += [.parameterDescription, .rowDescription(portal: nil)]
                case .portal(let name): owed.append(.rowDescription(portal: name))
                }
            case .execute(let execute): owed.append(.execution(portal: execute.portal))
            case .sync: owed.append(.readyForQuery)
            case .copyData, .copyDone, .copyFail, .flush, .functionCall, .gssResponse, .password, .query,
                .saslInitialResponse, .saslResponse, .terminate:
                break
            }
        }
    }

    /// A message has come.
    package mutating func messageReceived(_ message: BackendMessage) -> QueryAction {
        switch state {
        case .finished: return unexpected(message)
        case .failed(let error):
            guard case .readyForQuery(let ready) = message else { return unexpected(message) }
            state = .going
            front += 1
            return .completeWithError(error, ready.status)
        case .going:
            guard front < owed.count else { return unexpected(message) }
            if case .errorResponse(let error) = message { return errorReceived(error) }
            return answerReceived(message, owed[front])
        }
    }

    /// The server closed the connection.
    package mutating func connectionClosed() -> QueryAction {
        defer { state = .finished }
        if case .failed(let error) = state { return .failWithServerError(error) }
        return .closed
    }

    /// The server skips what it had not answered, up to the next Sync; without one it would wait for ever.
    private mutating func errorReceived(_ error: ErrorResponse) -> QueryAction {
        state = .failed(PostgresServerError(error))
        described = nil
        while front < owed.count, owed[front] != .readyForQuery { front += 1 }
        guard isAnswered else { return .read }
        owed.append(.readyForQuery)
        return .send([.sync])
    }

    private mutating func answerReceived(_ message: BackendMessage, _ answer: Answer) -> QueryAction {
        switch answer {
        case .parseComplete: return advance(message, over: .parseComplete)
        case .closeComplete: return advance(message, over: .closeComplete)
        case .bindComplete(let portal):
            if described?.portal == portal { described = nil }
            return advance(message, over: .bindComplete)
        case .parameterDescription:
            guard case .parameterDescription(let description) = message else { return unexpected(message) }
            front += 1
            return .parameters(description.types)
        case .rowDescription(let portal):
            guard case .rowDescription(let description) = message else {
                described = portal.map { ($0, 0) } ?? described
                return advance(message, over: .noData)
            }
            front += 1
            described = portal.map { ($0, description.columns.count) } ?? described
            return .beginRows(description)
        case .execution(let portal): return executionMessageReceived(message, portal)
        case .copyOut:
            if case .commandComplete(let complete) = message { return statementEnded(complete) }
            guard message.id == .copyData || message.id == .copyDone else { return unexpected(message) }
            return .read
        case .readyForQuery:
            guard case .readyForQuery(let ready) = message else { return unexpected(message) }
            front += 1
            return .complete(ready.status)
        }
    }

    private mutating func executionMessageReceived(_ message: BackendMessage, _ portal: String) -> QueryAction {
        switch message {
        case .dataRow(let row) where described?.portal != portal || described?.columnCount == row.columnCount:
            return .row(row)
        case .commandComplete(let complete): return statementEnded(complete)
        case .emptyQueryResponse: return statementEnded(nil)
        case .portalSuspended:
            front += 1
            return .suspended
        case .copyInResponse:
            // Our Sync was read and dropped by the copy mode that this CopyFail ends, so another must follow.
            if !owed[front...].contains(.readyForQuery) { owed.append(.readyForQuery) }
            return .send([.copyFail(CopyFail(reason: "COPY FROM STDIN is not possible in this query")), .sync])
        case .copyOutResponse:
            owed[front] = .copyOut
            return .read
        case .authentication, .backendKeyData, .bindComplete, .closeComplete, .copyBothResponse, .copyData, .copyDone,
            .dataRow, .errorResponse, .functionCallResponse, .negotiateProtocolVersion, .noData, .noticeResponse,
            .notificationResponse, .parameterDescription, .parameterStatus, .parseComplete, .readyForQuery,
            .rowDescription:
            return unexpected(message)
        }
    }

    private mutating func statementEnded(_ completion: CommandComplete?) -> QueryAction {
        front += 1
        return .endStatement(completion)
    }

    private mutating func advance(_ message: BackendMessage, over expected: BackendMessage.ID) -> QueryAction {
        guard message.id == expected else { return unexpected(message) }
        front += 1
        return .read
    }

    private mutating func unexpected(_ message: BackendMessage) -> QueryAction {
        state = .finished
        return .fail(.unexpected(message.id, phase: "an extended query"))
    }
}
