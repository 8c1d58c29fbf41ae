package import WireKit

/// The execution of a portal.
///
/// PostgreSQL documentation, Execute.
package struct Execute: Hashable, Sendable, MessageBody {
    package var portal: String
    /// The most rows to return before the portal is suspended; 0 is no limit.
    package var maximumRowCount: Int32

    package init(portal: String = "", maximumRowCount: Int32 = 0) {
        self.portal = portal
        self.maximumRowCount = maximumRowCount
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(
            portal: try reader.readNullTerminatedString("portal name"),
            maximumRowCount: try reader.readInteger("maximum row count", as: Int32.self)
        )
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeNullTerminated(portal)
        writer.writeInteger(maximumRowCount)
    }
}
