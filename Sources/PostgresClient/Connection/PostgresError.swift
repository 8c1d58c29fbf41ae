package import PostgresWire

/// Why a statement did not succeed.
package enum PostgresError: Error, Equatable, Sendable {
    /// The server refused the statement; the session goes on unless the error is fatal.
    case server(PostgresServerError)
    /// The session is lost.
    case connection(PostgresConnectionError)
    /// The request was never sent.
    case invalidRequest(String)
    /// COMMIT was answered with ROLLBACK: a statement in the transaction had failed.
    case transactionRolledBack

    /// The server's error, wherever it is.
    package var serverError: PostgresServerError? {
        switch self {
        case .server(let error): error
        case .connection(let error): error.serverError
        case .invalidRequest, .transactionRolledBack: nil
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
        }
    }
}
