package import WireKit

/// One or more statements in the simple query protocol.
///
/// PostgreSQL documentation, Query.
package struct Query: Hashable, Sendable, MessageBody {
    package var sql: String

    package init(sql: String) {
        self.sql = sql
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(sql: try reader.readNullTerminatedString("query"))
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeNullTerminated(sql)
    }
}
