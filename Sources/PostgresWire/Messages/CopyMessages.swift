package import WireKit

/// A piece of a copy stream, in either direction.
///
/// PostgreSQL documentation, CopyData. Pieces need not match rows when the frontend sends them.
package struct CopyData: Hashable, Sendable, MessageBody {
    package var data: ArraySlice<UInt8>

    package init(data: ArraySlice<UInt8>) {
        self.data = data
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(data: try reader.readBytes(reader.remaining, "copy data"))
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeBytes(data)
    }
}

/// The frontend's statement that its copy cannot go on.
///
/// PostgreSQL documentation, CopyFail.
package struct CopyFail: Hashable, Sendable, MessageBody {
    /// The reason, which comes back inside the server's error.
    package var reason: String

    package init(reason: String) {
        self.reason = reason
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(reason: try reader.readNullTerminatedString("reason"))
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeNullTerminated(reason)
    }
}
