/// What the connection does next for a COPY in one direction.
package enum CopyAction: Equatable, Sendable {
    case read
    /// The copy begins.
    case begin(CopyResponse)
    /// The copy is over, and this many rows were copied, as the server counts them.
    case complete(rowCount: Int?, TransactionStatus)
    case completeWithError(PostgresServerError, TransactionStatus)
    /// The statement was not a COPY of this direction.
    case completeWithoutCopy(TransactionStatus)
    case fail(ProtocolViolation)
    case failWithServerError(PostgresServerError)
    case closed
    case send([FrontendMessage])
}
