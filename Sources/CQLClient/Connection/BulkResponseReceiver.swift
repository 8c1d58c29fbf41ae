/// Takes the answers of the streams that a bulk writer has reserved, as they are parsed.
///
/// All calls come on the connection's loop, from inside its read observer.
package protocol BulkResponseReceiver: AnyObject {
    /// An answer came; `body` is its message, valid during the call only.
    ///
    /// What a frame's flags put before the message (tracing id, warnings, payload) is left out of `body`.
    func bulkResponseReceived(stream: Int, opcode: UInt8, body: UnsafeRawBufferPointer)

    /// The connection has failed: nothing more will come.
    func bulkConnectionFailed(_ error: CQLConnectionError)

    /// All answers of one read were delivered, or output that was blocked has left.
    func bulkBatchEnded()
}
