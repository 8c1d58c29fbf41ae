import WireKit

/// PREPARE: has the server parse a statement for later (native protocol v4, section 4.1.5).
package struct PrepareRequest: Hashable, Sendable {
    package var query: String

    package init(query: String) {
        self.query = query
    }

    static func decode(from reader: inout ByteReader) throws(WireError) -> PrepareRequest {
        PrepareRequest(query: try reader.readLongString("query"))
    }

    func encode(into writer: inout ByteWriter) throws(WireError) {
        try writer.writeLongString(query, "query")
    }
}
