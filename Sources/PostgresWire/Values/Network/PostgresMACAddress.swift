package import WireKit

/// `macaddr`: 6 bytes.
///
/// PostgreSQL source, `src/backend/utils/adt/mac.c`.
package struct PostgresMACAddress: Hashable, Sendable {
    package let bytes: [UInt8]

    fileprivate init(bytes: [UInt8]) { self.bytes = bytes }
}

/// `macaddr8`: 8 bytes.
///
/// PostgreSQL source, `src/backend/utils/adt/mac8.c`.
package struct PostgresMACAddress8: Hashable, Sendable {
    package let bytes: [UInt8]

    fileprivate init(bytes: [UInt8]) { self.bytes = bytes }
}

extension PostgresMACAddress: PostgresScalar {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(bytes: Array(try reader.readBytes(6, "MAC address")))
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        Self(bytes: try ColonSeparated.decode(byteCount: 6, from: &reader))
    }

    package func encode(into writer: inout ByteWriter) { writer.writeBytes(bytes) }

    package var postgresText: String { ColonSeparated.text(bytes) }
}

extension PostgresMACAddress8: PostgresScalar {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(bytes: Array(try reader.readBytes(8, "MAC address")))
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        Self(bytes: try ColonSeparated.decode(byteCount: 8, from: &reader))
    }

    package func encode(into writer: inout ByteWriter) { writer.writeBytes(bytes) }

    package var postgresText: String { ColonSeparated.text(bytes) }
}

/// `08:00:2b:01:02:03`.
private enum ColonSeparated {
    static func decode(byteCount: Int, from reader: inout TextReader) throws(WireError) -> [UInt8] {
        var bytes: [UInt8] = []
        for index in 0..<byteCount {
            if index > 0 { try reader.expect(":") }
            bytes += try Hex.decode(byteCount: 1, from: &reader)
        }
        return bytes
    }

    static func text(_ bytes: [UInt8]) -> String { bytes.map { Hex.lowercase([$0]) }.joined(separator: ":") }
}
