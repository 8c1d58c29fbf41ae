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
    /// The result's metadata that the client has, where `ProtocolExtensions.hasMetadataIDs` was agreed; else nil.
    package var resultMetadataID: ArraySlice<UInt8>?
    package var parameters: QueryParameters

    package init(id: PreparedID, resultMetadataID: ArraySlice<UInt8>? = nil, parameters: QueryParameters) {
        self.id = id
        self.resultMetadataID = resultMetadataID
        self.parameters = parameters
    }

    static func decode(
        from reader: inout ByteReader,
        version: ProtocolVersion,
        extensions: ProtocolExtensions
    ) throws(WireError) -> ExecuteRequest {
        ExecuteRequest(
            id: PreparedID(bytes: try reader.readShortBytes("prepared id")),
            resultMetadataID: extensions.hasMetadataIDs ? try reader.readShortBytes("result metadata id") : nil,
            parameters: try QueryParameters.decode(from: &reader, version: version)
        )
    }

    func encode(into writer: inout ByteWriter, version: ProtocolVersion) throws(WireError) {
        try writer.writeShortBytes(id.bytes, "prepared id")
        if let resultMetadataID { try writer.writeShortBytes(resultMetadataID, "result metadata id") }
        try parameters.encode(into: &writer, version: version)
    }
}
