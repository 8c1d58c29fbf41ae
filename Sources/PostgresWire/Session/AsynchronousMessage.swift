/// A message that the server may send between any two others.
///
/// PostgreSQL documentation, "Message Flow", Asynchronous Operations.
package enum AsynchronousMessage: Equatable, Sendable {
    case notice(NoticeResponse)
    case notification(NotificationResponse)
    case parameterStatus(ParameterStatus)
}

extension BackendMessage {
    /// This message, if it belongs to no request.
    package var asynchronous: AsynchronousMessage? {
        switch self {
        case .noticeResponse(let notice): .notice(notice)
        case .notificationResponse(let notification): .notification(notification)
        case .parameterStatus(let status): .parameterStatus(status)
        case .authentication, .backendKeyData, .bindComplete, .closeComplete, .commandComplete, .copyBothResponse,
            .copyData, .copyDone, .copyInResponse, .copyOutResponse, .dataRow, .emptyQueryResponse, .errorResponse,
            .functionCallResponse, .negotiateProtocolVersion, .noData, .parameterDescription, .parseComplete,
            .portalSuspended, .readyForQuery, .rowDescription:
            nil
        }
    }
}
