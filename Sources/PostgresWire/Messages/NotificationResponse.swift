package import WireKit

/// A NOTIFY that this session listens for.
///
/// PostgreSQL documentation, NotificationResponse.
package struct NotificationResponse: Hashable, Sendable, MessageBody {
    package var processID: Int32
    package var channel: String
    package var payload: String

    package init(processID: Int32, channel: String, payload: String) {
        self.processID = processID
        self.channel = channel
        self.payload = payload
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(
            processID: try reader.readInteger("process ID", as: Int32.self),
            channel: try reader.readNullTerminatedString("channel"),
            payload: try reader.readNullTerminatedString("payload")
        )
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeInteger(processID)
        writer.writeNullTerminated(channel)
        writer.writeNullTerminated(payload)
    }
}
