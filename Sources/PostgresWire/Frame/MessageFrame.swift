package import WireKit

/// One typed message as it travels: the type byte and the undecoded body.
///
/// PostgreSQL documentation, "Message Formats".
package struct MessageFrame: Equatable, Sendable {
    /// What the front of a byte stream holds.
    package enum Framing: Equatable, Sendable {
        /// A whole message.
        case frame(MessageFrame)
        /// A message that is not all there: at least this many more bytes are missing.
        case needsMore(byteCount: Int)
        /// Bytes that no amount of waiting turns into a message.
        case malformed(WireError)
    }

    /// The message's type.
    package var tag: UInt8
    /// The bytes behind the length word, sharing the storage they were received in.
    package var body: ArraySlice<UInt8>

    package init(tag: UInt8, body: ArraySlice<UInt8>) {
        self.tag = tag
        self.body = body
    }

    /// Bytes of the whole message.
    package var byteCount: Int { MessageHeader.byteCount + body.count }

    /// Looks at the front of `bytes` for one message; nothing is copied.
    package static func next(in bytes: ArraySlice<UInt8>, limit: Int = MessageHeader.lengthLimit) -> Framing {
        guard bytes.count >= MessageHeader.byteCount else {
            return .needsMore(byteCount: MessageHeader.byteCount - bytes.count)
        }
        do throws(WireError) {
            var reader = ByteReader(bytes)
            let tag = try reader.readInteger("message type", as: UInt8.self)
            let length = try reader.readInteger("message length", as: Int32.self)
            let header = try MessageHeader(tag: tag, length: length, limit: limit)
            let missing = header.bodyByteCount - reader.remaining
            guard missing <= 0 else { return .needsMore(byteCount: missing) }
            return .frame(MessageFrame(tag: tag, body: try reader.readBytes(header.bodyByteCount, "message body")))
        } catch {
            return .malformed(error)
        }
    }

    /// Writes type, length and body.
    package func encode(into writer: inout ByteWriter) {
        writer.writeInteger(tag)
        writer.writeLengthPrefixed(as: Int32.self, includingLength: true) { $0.writeBytes(body) }
    }
}
