package import WireKit

/// The end of one statement, with its command tag.
///
/// PostgreSQL documentation, CommandComplete.
package struct CommandComplete: Hashable, Sendable, MessageBody {
    /// The tag, such as `SELECT 3`, `INSERT 0 1` or `CREATE TABLE`.
    package var tag: String

    package init(tag: String) {
        self.tag = tag
    }

    /// The number of rows that the tag ends with, if it ends with one.
    package var rowCount: Int? {
        tag.split(separator: " ").last.flatMap { Int($0) }
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(tag: try reader.readNullTerminatedString("command tag"))
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeNullTerminated(tag)
    }
}
