/// A query on its way from its request to ReadyForQuery, in either query protocol.
package protocol QueryStateMachine: Sendable {
    /// A message other than an asynchronous one has come.
    mutating func messageReceived(_ message: BackendMessage) -> QueryAction

    /// The server closed the connection.
    mutating func connectionClosed() -> QueryAction
}

/// What the connection does next for a query.
package enum QueryAction: Equatable, Sendable {
    case read
    /// A prepared statement has parameters of these types.
    case parameters([TypeOID])
    /// Rows of these columns follow.
    case beginRows(RowDescription)
    case row(DataRow)
    /// A statement is over; no tag for an empty one.
    case endStatement(CommandComplete?)
    /// The rows asked for have come; the portal has more.
    case suspended
    case send([FrontendMessage])
    /// The query, or one segment of a pipeline, is over and the session can take the next one.
    case complete(TransactionStatus)
    /// The query, or one segment of a pipeline, failed and the session can take the next one.
    case completeWithError(PostgresServerError, TransactionStatus)
    /// The session cannot be used any more.
    case fail(ProtocolViolation)
    /// The server ended the session with this error.
    case failWithServerError(PostgresServerError)
    /// The server closed the connection without a word.
    case closed
}
