package import WireKit

/// What a client sends inside the CopyData messages of a replication stream.
///
/// PostgreSQL documentation, "Streaming Replication Protocol", START_REPLICATION.
package enum StandbyMessage: Hashable, Sendable {
    case statusUpdate(StandbyStatusUpdate)
    case hotStandbyFeedback(HotStandbyFeedback)

    /// Reads one CopyData's content.
    ///
    /// - Throws: `WireError` when it is neither message, or cut short.
    package static func decode(_ content: ArraySlice<UInt8>) throws(WireError) -> Self {
        var reader = ByteReader(content)
        let message: Self
        switch try reader.readInteger("standby message type", as: UInt8.self) {
        case StandbyStatusUpdate.tag: message = .statusUpdate(try StandbyStatusUpdate.decode(from: &reader))
        case HotStandbyFeedback.tag: message = .hotStandbyFeedback(try HotStandbyFeedback.decode(from: &reader))
        case let tag: throw WireError(.unknownCode(Int(tag)), field: "standby message type", offset: 0)
        }
        try reader.expectEnd("standby message")
        return message
    }

    /// Writes one CopyData's content.
    package func encode(into writer: inout ByteWriter) {
        switch self {
        case .statusUpdate(let update):
            writer.writeInteger(StandbyStatusUpdate.tag)
            update.encode(into: &writer)
        case .hotStandbyFeedback(let feedback):
            writer.writeInteger(HotStandbyFeedback.tag)
            feedback.encode(into: &writer)
        }
    }
}

/// How far the client has come; the server may forget the log before `flushed`.
package struct StandbyStatusUpdate: Hashable, Sendable, MessageBody {
    static let tag = UInt8(ascii: "r")

    /// One past the last byte received.
    package var written: LogSequenceNumber
    /// One past the last byte that will not be asked for again.
    package var flushed: LogSequenceNumber
    /// One past the last byte whose effect can be seen.
    package var applied: LogSequenceNumber
    package var sentAt: PostgresClockTime
    /// Whether the server should answer at once with a keepalive.
    package var requestsReply: Bool

    package init(
        written: LogSequenceNumber,
        flushed: LogSequenceNumber,
        applied: LogSequenceNumber,
        sentAt: PostgresClockTime,
        requestsReply: Bool = false
    ) {
        self.written = written
        self.flushed = flushed
        self.applied = applied
        self.sentAt = sentAt
        self.requestsReply = requestsReply
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(
            written: try reader.readPosition("written position"),
            flushed: try reader.readPosition("flushed position"),
            applied: try reader.readPosition("applied position"),
            sentAt: try reader.readClockTime("send time"),
            requestsReply: try reader.readFlag("reply request")
        )
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writePosition(written)
        writer.writePosition(flushed)
        writer.writePosition(applied)
        writer.writeClockTime(sentAt)
        writer.writeInteger(UInt8(requestsReply ? 1 : 0))
    }
}

/// Which old row versions a standby's queries still need.
package struct HotStandbyFeedback: Hashable, Sendable, MessageBody {
    static let tag = UInt8(ascii: "h")

    package var sentAt: PostgresClockTime
    package var oldestTransaction: UInt32
    package var oldestTransactionEpoch: UInt32
    package var oldestCatalogueTransaction: UInt32
    package var oldestCatalogueTransactionEpoch: UInt32

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(
            sentAt: try reader.readClockTime("send time"),
            oldestTransaction: try reader.readInteger("xmin", as: UInt32.self),
            oldestTransactionEpoch: try reader.readInteger("xmin epoch", as: UInt32.self),
            oldestCatalogueTransaction: try reader.readInteger("catalog_xmin", as: UInt32.self),
            oldestCatalogueTransactionEpoch: try reader.readInteger("catalog_xmin epoch", as: UInt32.self)
        )
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeClockTime(sentAt)
        writer.writeInteger(oldestTransaction)
        writer.writeInteger(oldestTransactionEpoch)
        writer.writeInteger(oldestCatalogueTransaction)
        writer.writeInteger(oldestCatalogueTransactionEpoch)
    }
}
