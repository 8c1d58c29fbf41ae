import WireKit

/// EVENT: what the server tells unasked, on stream −1 (native protocol v4, section 4.2.6).
package enum EventResponse: Hashable, Sendable {
    /// A node joined, left or moved; the change is the server's word, such as `NEW_NODE`.
    case topologyChange(String, InetAddressAndPort)
    /// A node went `UP` or `DOWN`.
    case statusChange(String, InetAddressAndPort)
    case schemaChange(SchemaChange)

    /// The name by which REGISTER asks for it.
    package var typeName: String {
        switch self {
        case .topologyChange: "TOPOLOGY_CHANGE"
        case .statusChange: "STATUS_CHANGE"
        case .schemaChange: "SCHEMA_CHANGE"
        }
    }

    static func decode(from reader: inout ByteReader, version: ProtocolVersion) throws(WireError) -> EventResponse {
        let start = reader
        let type = try reader.readString("event type")
        switch type {
        case "TOPOLOGY_CHANGE":
            let change = try reader.readString("change type")
            return .topologyChange(change, try InetAddressAndPort.decode(from: &reader))
        case "STATUS_CHANGE":
            let change = try reader.readString("change type")
            return .statusChange(change, try InetAddressAndPort.decode(from: &reader))
        case "SCHEMA_CHANGE":
            return .schemaChange(try SchemaChange.decode(from: &reader, version: version))
        default:
            throw start.error(.invalidValue("'\(type)' is not an event"), "event type")
        }
    }

    func encode(into writer: inout ByteWriter, version: ProtocolVersion) throws(WireError) {
        try writer.writeString(typeName, "event type")
        switch self {
        case .topologyChange(let change, let address), .statusChange(let change, let address):
            try writer.writeString(change, "change type")
            try address.encode(into: &writer)
        case .schemaChange(let change):
            try change.encode(into: &writer, version: version)
        }
    }
}

/// An `[inet]`: a node's address and port (native protocol v4, section 3).
package struct InetAddressAndPort: Hashable, Sendable {
    /// Four or sixteen bytes.
    package var address: ArraySlice<UInt8>
    package var port: Int32

    package init(address: ArraySlice<UInt8>, port: Int32) {
        self.address = address
        self.port = port
    }

    static func decode(from reader: inout ByteReader) throws(WireError) -> InetAddressAndPort {
        let start = reader
        let count = Int(try reader.readByte("address length"))
        guard count == 4 || count == 16 else { throw start.error(.invalidLength(count), "address length") }
        let address = try reader.readBytes(count, "address")
        return InetAddressAndPort(address: address, port: try reader.readInt("port"))
    }

    func encode(into writer: inout ByteWriter) throws(WireError) {
        try writer.writeCount(address.count, as: UInt8.self, "address length")
        writer.writeBytes(address)
        writer.writeInteger(port)
    }
}
