import WireKit

/// The server's name for a prepared statement.
package struct PreparedID: Hashable, Sendable {
    package let bytes: ArraySlice<UInt8>

    package init(bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }
}

extension PreparedID: CustomStringConvertible {
    package var description: String { bytes.hexadecimal }
}

/// EXECUTE: runs a prepared statement (native protocol v4, section 4.1.6).
package struct ExecuteRequest: Hashable, Sendable {
    package var id: PreparedID
    package var parameters: QueryParameters

    package init(id: PreparedID, parameters: QueryParameters) {
        self.id = id
        self.parameters = parameters
    }

    static func decode(from reader: inout ByteReader, version: ProtocolVersion) throws(WireError) -> ExecuteRequest {
        let id = PreparedID(bytes: try reader.readShortBytes("prepared id"))
        return ExecuteRequest(id: id, parameters: try QueryParameters.decode(from: &reader, version: version))
    }

    func encode(into writer: inout ByteWriter, version: ProtocolVersion) throws(WireError) {
        try writer.writeShortBytes(id.bytes, "prepared id")
        try parameters.encode(into: &writer, version: version)
    }
}
