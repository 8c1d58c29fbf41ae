package import WireKit

/// `uuid`: 16 bytes.
///
/// PostgreSQL source, `src/backend/utils/adt/uuid.c`, uuid_out.
package struct PostgresUUID: Hashable, Sendable {
    package let bytes: [UInt8]

    /// Nothing unless there are 16 bytes.
    package init?(bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
        guard self.bytes.count == 16 else { return nil }
    }

    private init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

extension PostgresUUID: PostgresScalar {
    /// Bytes between the hyphens.
    private static let groups = [4, 2, 2, 2, 6]

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(unchecked: Array(try reader.readBytes(16, "uuid")))
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        var bytes: [UInt8] = []
        for (index, count) in groups.enumerated() {
            if index > 0 { try reader.expect("-") }
            bytes += try Hex.decode(byteCount: count, from: &reader)
        }
        return Self(unchecked: bytes)
    }

    package func encode(into writer: inout ByteWriter) { writer.writeBytes(bytes) }

    package var postgresText: String {
        var start = 0
        return Self.groups.map { count in
            defer { start += count }
            return Hex.lowercase(bytes[start..<(start + count)])
        }
        .joined(separator: "-")
    }
}
