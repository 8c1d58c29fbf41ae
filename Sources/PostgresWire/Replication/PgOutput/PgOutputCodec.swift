package import WireKit

/// A message with the open transaction it belongs to, when that is sent in pieces.
package struct PgOutputEvent: Hashable, Sendable {
    /// The transaction, or subtransaction, that made a change inside a streamed piece.
    package var streamedTransaction: UInt32?
    package var message: PgOutputMessage

    package init(_ message: PgOutputMessage, streamedTransaction: UInt32? = nil) {
        self.message = message
        self.streamedTransaction = streamedTransaction
    }

    /// Writes the content of one XLogData.
    package func encode(into writer: inout ByteWriter) {
        writer.writeInteger(message.id.rawValue)
        if message.id.carriesTransaction, let streamedTransaction { writer.writeInteger(streamedTransaction) }
        message.encodeBody(into: &writer)
    }
}

/// Reads the messages of one pgoutput stream in order.
///
/// The format of a change depends on whether it stands between StreamStart and StreamStop, which is all that this
/// remembers. One value serves every protocol version: later versions only add messages.
package struct PgOutputDecoder: Sendable {
    /// The transaction of which a piece is being sent.
    package private(set) var openStream: UInt32?

    package init() {}

    /// Reads the content of one XLogData.
    ///
    /// - Throws: `WireError` when it is not a message of pgoutput, is cut short, is followed by something, or comes
    ///   where it cannot; the stream cannot be read on then.
    package mutating func decode(_ content: ArraySlice<UInt8>) throws(WireError) -> PgOutputEvent {
        var reader = ByteReader(content)
        let code = try reader.readInteger("pgoutput message type", as: UInt8.self)
        guard let id = PgOutputMessage.ID(rawValue: code) else {
            throw WireError(.unknownCode(Int(code)), field: "pgoutput message type", offset: 0)
        }
        try checkPlace(of: id)
        var transaction: UInt32?
        if openStream != nil, id.carriesTransaction { transaction = try reader.readID("streamed transaction id") }
        let message = try PgOutputMessage.decodeBody(id, from: &reader)
        try reader.expectEnd("pgoutput message")
        switch message {
        case .streamStart(let start): openStream = start.xid
        case .streamStop: openStream = nil
        default: break
        }
        return PgOutputEvent(message, streamedTransaction: transaction)
    }

    private func checkPlace(of id: PgOutputMessage.ID) throws(WireError) {
        let rule: String? =
            switch id {
            case .relation, .type, .insert, .update, .delete, .truncate, .message, .origin: nil
            case .streamStop: openStream == nil ? "StreamStop comes without StreamStart" : nil
            case .begin, .commit, .streamStart, .streamCommit, .streamAbort, .beginPrepare, .prepare,
                .commitPrepared, .rollbackPrepared, .streamPrepare:
                openStream == nil ? nil : "\(id) comes before the StreamStop of the open piece"
            }
        if let rule { throw WireError(.invalidValue(rule), field: "pgoutput message type", offset: 0) }
    }
}
