/// A COPY … FROM STDIN sent as a Query, to ReadyForQuery.
///
/// PostgreSQL documentation, "Message Flow", COPY Operations. Asynchronous messages do not come here.
package struct CopyInStateMachine: Sendable {
    private enum State {
        /// Entered at the start; next `copying` or `ending`.
        case awaitingCopyIn
        /// Entered with CopyInResponse; next `ending`.
        case copying
        /// Entered when CopyDone or CopyFail was sent, when there is no copy, and when the server refused; final.
        case ending(CopyEndStateMachine)
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
        if acceptsData { _ = end(.awaitingCommandComplete) { _ in .read } }
    }

    /// A message has come.
    package mutating func messageReceived(_ message: BackendMessage) -> CopyAction {
        switch state {
        case .awaitingCopyIn:
            if case .copyInResponse(let response) = message {
                state = .copying
                return .begin(response)
            }
            return end(.notACopy) { $0.messageReceived(message) }
        case .copying:
            // Its CommandComplete answers the end of our data, which has not come yet.
            return end(.awaitingCommandComplete) {
                if case .errorResponse(let error) = message { $0.failed(error) } else { $0.unexpected(message) }
            }
        case .ending(var machine):
            defer { state = .ending(machine) }
            return machine.messageReceived(message)
        }
    }

    /// The server closed the connection.
    package mutating func connectionClosed() -> CopyAction {
        guard case .ending(var machine) = state else { return .closed }
        defer { state = .ending(machine) }
        return machine.connectionClosed()
    }

    /// Hands the rest over.
    private mutating func end(
        _ beginning: CopyEndStateMachine.State,
        _ step: (inout CopyEndStateMachine) -> CopyAction
    ) -> CopyAction {
        var machine = CopyEndStateMachine(beginning, expected: "one COPY FROM STDIN", phase: "a copy in")
        defer { state = .ending(machine) }
        return step(&machine)
    }
}
