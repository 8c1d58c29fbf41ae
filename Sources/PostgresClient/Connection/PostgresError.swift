package import PostgresWire

/// Why a statement did not succeed.
package enum PostgresError: Error, Equatable, Sendable {
    /// The server refused the statement; the session goes on.
    case server(PostgresServerError)
    /// The session is lost.
    case connection(PostgresConnectionError)
    /// The request was never sent.
    case invalidRequest(String)
    /// COMMIT was answered with ROLLBACK: a statement in the transaction had failed.
    case transactionRolledBack
    /// The task was cancelled: the server was asked to stop, has stopped, and the session goes on.
    case cancelled
    /// The server was silent for this long: it was asked to stop, has stopped, and the session goes on.
    case timedOut(Duration)

    /// The server's error, wherever it is.
    package var serverError: PostgresServerError? {
        switch self {
        case .server(let error): error
        case .connection(let error): error.serverError
        case .invalidRequest, .transactionRolledBack, .cancelled, .timedOut: nil
        }
    }

    /// Whether the surrounding task's cancellation is the reason.
    package var isCancellation: Bool {
        switch self {
        case .cancelled: true
        case .connection(let error): error.code == .cancelled
        case .server, .invalidRequest, .transactionRolledBack, .timedOut: false
        }
    }
}

extension PostgresError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .server(let error): "PostgreSQL reports \(error)"
        case .connection(let error): error.description
        case .invalidRequest(let reason): reason
        case .transactionRolledBack: "PostgreSQL rolled the transaction back because a statement in it had failed"
        case .cancelled: "the request was cancelled"
        case .timedOut(let limit): "PostgreSQL did not answer within \(limit), and was asked to stop"
        }
    }
}
