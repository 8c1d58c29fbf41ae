package import WireKit

/// The server's answer to a protocol version or `_pq_.` option that it does not know.
///
/// PostgreSQL documentation, NegotiateProtocolVersion.
package struct NegotiateProtocolVersion: Hashable, Sendable, MessageBody {
    /// The newest version that the server speaks below the one asked for, with its major part.
    package var newestVersion: ProtocolVersion
    package var unrecognizedOptions: [String]

    package init(newestVersion: ProtocolVersion, unrecognizedOptions: [String]) {
        self.newestVersion = newestVersion
        self.unrecognizedOptions = unrecognizedOptions
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let version = ProtocolVersion(rawValue: try reader.readInteger("newest version", as: UInt32.self))
        let at = reader.offset
        let count = Int(try reader.readInteger("option count", as: Int32.self))
        guard count >= 0 else { throw WireError(.invalidLength(count), field: "option count", offset: at) }
        guard count <= reader.remaining else {
            throw reader.error(.truncated(needed: count, remaining: reader.remaining), "unrecognized options")
        }
        var options: [String] = []
        for _ in 0..<count { options.append(try reader.readNullTerminatedString("unrecognized option")) }
        return Self(newestVersion: version, unrecognizedOptions: options)
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeInteger(newestVersion.rawValue)
        writer.writeInteger(Int32(unrecognizedOptions.count))
        for option in unrecognizedOptions { writer.writeNullTerminated(option) }
    }
}
