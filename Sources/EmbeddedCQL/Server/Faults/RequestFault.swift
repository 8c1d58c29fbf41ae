package import CQLWire

/// A request, as a fault hook sees it.
package struct RequestAttempt: Equatable, Sendable {
    /// Counts the requests that the hook is asked about, from zero.
    package let number: Int
    package let opcode: Opcode.Request
    /// False for one that reads or prepares.
    package let isWrite: Bool
}

/// What goes wrong with a request, for tests of clients.
package enum RequestFault: Sendable {
    /// Answers with an error; the request runs first if `afterApplying`.
    case error(ErrorResponse, afterApplying: Bool)
    /// Closes the connection without an answer.
    case dropConnection(afterApplying: Bool)
    /// Never answers.
    case silence(afterApplying: Bool)
    /// Answers that the statement is not prepared, if it is an EXECUTE.
    case unprepared
    /// Runs as ever, but the answer comes later; others overtake it.
    case delay(Duration)

    /// Whether the request runs before it fails.
    var afterApplying: Bool {
        switch self {
        case .error(_, let afterApplying), .dropConnection(let afterApplying), .silence(let afterApplying):
            afterApplying
        case .unprepared, .delay: false
        }
    }
}
