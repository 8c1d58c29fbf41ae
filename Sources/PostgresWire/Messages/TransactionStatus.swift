/// The server's transaction state, as ReadyForQuery reports it.
///
/// PostgreSQL documentation, "Message Formats", ReadyForQuery.
package enum TransactionStatus: UInt8, Sendable {
    /// Not in a transaction block.
    case idle = 0x49  // 'I'
    /// In a transaction block.
    case inTransaction = 0x54  // 'T'
    /// In a failed transaction block: queries are rejected until it ends.
    case failed = 0x45  // 'E'
}
