/// A COPY … TO STDOUT sent as a Query, to ReadyForQuery.
///
/// PostgreSQL documentation, "Message Flow", COPY Operations. While `expectsData` is true, CopyData messages are the
/// reader's and do not come here; asynchronous messages never do.
package struct CopyOutStateMachine: Sendable {
    private enum State {
        /// Entered at the start; next `copying` or `ending`.
        case awaitingCopyOut
        /// Entered with CopyOutResponse; next `ending`.
        case copying
        /// Entered with CopyDone, when there is no copy, and when the server refused; final.
        case ending(CopyEndStateMachine)
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
        case .awaitingCopyOut:
            if case .copyOutResponse(let response) = message {
                state = .copying
                return .begin(response)
            }
            return end(.notACopy) { $0.messageReceived(message) }
        case .copying:
            return end(.awaitingCommandComplete) {
                switch message {
                case .copyDone: .read
                case .errorResponse(let error): $0.failed(error)
                default: $0.unexpected(message)
                }
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
        var machine = CopyEndStateMachine(beginning, expected: "a COPY TO STDOUT", phase: "a copy out")
        defer { state = .ending(machine) }
        return step(&machine)
    }
}
