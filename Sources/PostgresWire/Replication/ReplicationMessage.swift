package import WireKit

/// What a server sends inside the CopyData messages of a replication stream.
///
/// PostgreSQL documentation, "Streaming Replication Protocol", START_REPLICATION.
package enum ReplicationMessage: Hashable, Sendable {
    case xLogData(XLogData)
    case primaryKeepalive(PrimaryKeepalive)

    /// Reads one CopyData's content.
    ///
    /// - Throws: `WireError` when it is neither message, or cut short.
    package static func decode(_ content: ArraySlice<UInt8>) throws(WireError) -> Self {
        var reader = ByteReader(content)
        let message: Self
        switch try reader.readInteger("replication message type", as: UInt8.self) {
        case XLogData.tag: message = .xLogData(try XLogData.decode(from: &reader))
        case PrimaryKeepalive.tag: message = .primaryKeepalive(try PrimaryKeepalive.decode(from: &reader))
        case let tag: throw WireError(.unknownCode(Int(tag)), field: "replication message type", offset: 0)
        }
        try reader.expectEnd("replication message")
        return message
    }

    /// Writes one CopyData's content.
    package func encode(into writer: inout ByteWriter) {
        switch self {
        case .xLogData(let data):
            writer.writeInteger(XLogData.tag)
            data.encode(into: &writer)
        case .primaryKeepalive(let keepalive):
            writer.writeInteger(PrimaryKeepalive.tag)
            keepalive.encode(into: &writer)
        }
    }
}

/// A piece of the write-ahead log, or with logical decoding one message of the output plugin.
package struct XLogData: Hashable, Sendable, MessageBody {
    static let tag = UInt8(ascii: "w")

    /// Where the data starts.
    ///
    /// Zero for messages that have no place in the log, such as pgoutput's Relation and Type.
    package var start: LogSequenceNumber
    /// The end of the log on the server.
    package var serverEnd: LogSequenceNumber
    package var sentAt: PostgresClockTime
    package var data: ArraySlice<UInt8>

    package init(
        start: LogSequenceNumber,
        serverEnd: LogSequenceNumber,
        sentAt: PostgresClockTime,
        data: ArraySlice<UInt8>
    ) {
        self.start = start
        self.serverEnd = serverEnd
        self.sentAt = sentAt
        self.data = data
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(
            start: try reader.readPosition("start of the WAL data"),
            serverEnd: try reader.readPosition("end of the WAL on the server"),
            sentAt: try reader.readClockTime("send time"),
            data: try reader.readBytes(reader.remaining, "WAL data")
        )
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writePosition(start)
        writer.writePosition(serverEnd)
        writer.writeClockTime(sentAt)
        writer.writeBytes(data)
    }
}

/// A sign of life of the server, and perhaps a demand for one of ours.
package struct PrimaryKeepalive: Hashable, Sendable, MessageBody {
    static let tag = UInt8(ascii: "k")

    /// The end of the log on the server.
    package var serverEnd: LogSequenceNumber
    package var sentAt: PostgresClockTime
    /// Whether the server gives us up unless a status update comes soon.
    package var requestsReply: Bool

    package init(serverEnd: LogSequenceNumber, sentAt: PostgresClockTime, requestsReply: Bool) {
        self.serverEnd = serverEnd
        self.sentAt = sentAt
        self.requestsReply = requestsReply
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(
            serverEnd: try reader.readPosition("end of the WAL on the server"),
            sentAt: try reader.readClockTime("send time"),
            requestsReply: try reader.readFlag("reply request")
        )
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writePosition(serverEnd)
        writer.writeClockTime(sentAt)
        writer.writeInteger(UInt8(requestsReply ? 1 : 0))
    }
}
