package import WireKit

/// What a `CancelRequest` must name to reach this session.
///
/// The key has 4 bytes in protocol 3.0 and up to 256 from 3.2 on (PostgreSQL documentation, BackendKeyData).
package struct BackendKeyData: Hashable, Sendable, MessageBody {
    package var processID: Int32
    package var secretKey: [UInt8]

    package init(processID: Int32, secretKey: [UInt8]) {
        self.processID = processID
        self.secretKey = secretKey
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let processID = try reader.readInteger("process ID", as: Int32.self)
        guard (4...256).contains(reader.remaining) else {
            throw reader.error(.invalidLength(reader.remaining), "secret key")
        }
        return Self(processID: processID, secretKey: Array(try reader.readBytes(reader.remaining, "secret key")))
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeInteger(processID)
        writer.writeBytes(secretKey)
    }
}

extension BackendKeyData: CustomStringConvertible {
    /// The process alone: the key lets anyone cancel the session's queries.
    package var description: String { "BackendKeyData(processID: \(processID))" }
}
