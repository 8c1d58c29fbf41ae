import WireKit

/// QUERY: runs a statement given as text (native protocol v4, section 4.1.4).
package struct QueryRequest: Hashable, Sendable {
    package var query: String
    package var parameters: QueryParameters

    package init(query: String, parameters: QueryParameters) {
        self.query = query
        self.parameters = parameters
    }

    static func decode(from reader: inout ByteReader, version: ProtocolVersion) throws(WireError) -> QueryRequest {
        let query = try reader.readLongString("query")
        return QueryRequest(query: query, parameters: try QueryParameters.decode(from: &reader, version: version))
    }

    func encode(into writer: inout ByteWriter, version: ProtocolVersion) throws(WireError) {
        try writer.writeLongString(query, "query")
        try parameters.encode(into: &writer, version: version)
    }
}
