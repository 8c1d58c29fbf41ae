package import WireKit

/// The nine bytes before every body (native protocol v3 and v4, section 2).
package struct FrameHeader: Hashable, Sendable {
    /// Who sent the frame: the top bit of its first byte.
    package enum Direction: UInt8, Sendable {
        case request = 0x00
        case response = 0x80
    }

    /// The bytes of an encoded header.
    package static let byteCount = 9

    package var version: ProtocolVersion
    package var direction: Direction
    package var flags: FrameFlags
    package var stream: StreamID
    /// An `Opcode.Request` or `Opcode.Response`, or a code that the specification does not define.
    package var opcode: UInt8
    /// The number of body bytes that follow.
    package var bodyLength: Int

    package init(
        version: ProtocolVersion,
        direction: Direction,
        flags: FrameFlags,
        stream: StreamID,
        opcode: UInt8,
        bodyLength: Int
    ) {
        self.version = version
        self.direction = direction
        self.flags = flags
        self.stream = stream
        self.opcode = opcode
        self.bodyLength = bodyLength
    }

    /// Reads a header whose first byte is a version of `ProtocolVersion.supported` or above; v1 and v2 headers differ.
    ///
    /// - Throws: `WireError` when bytes are missing or the length is negative.
    package static func decode(from reader: inout ByteReader) throws(WireError) -> FrameHeader {
        let first = try reader.readByte("version")
        let flags = try reader.readByte("flags")
        let stream = try reader.readInteger("stream", as: Int16.self)
        let opcode = try reader.readByte("opcode")
        let lengthError = reader
        let length = Int(try reader.readInt("length"))
        guard length >= 0 else { throw lengthError.error(.invalidLength(length), "length") }
        return FrameHeader(
            version: ProtocolVersion(rawValue: first),
            direction: first & 0x80 == 0 ? .request : .response,
            flags: FrameFlags(rawValue: flags),
            stream: StreamID(rawValue: stream),
            opcode: opcode,
            bodyLength: length
        )
    }

    /// Writes the nine bytes; a length that the field cannot hold is an error.
    ///
    /// - Throws: `WireError` (limit exceeded) when the body is longer than 2 GiB.
    package func encode(into writer: inout ByteWriter) throws(WireError) {
        writer.writeInteger(direction.rawValue | version.rawValue)
        writer.writeInteger(flags.rawValue)
        writer.writeInteger(stream.rawValue)
        writer.writeInteger(opcode)
        try writer.writeCount(bodyLength, as: Int32.self, "length")
    }
}
