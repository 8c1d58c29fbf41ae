import WireKit

/// `uuid`: 16 bytes.
///
/// PostgreSQL source, `src/backend/utils/adt/uuid.c`, uuid_out.
struct PostgresUUID: Hashable, Sendable, PostgresBinaryValue {
    let bytes: ArraySlice<UInt8>

    static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(bytes: try reader.readBytes(16, "uuid"))
    }

    var text: String {
        let start = bytes.startIndex
        return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16]
            .map { Hex.lowercase(bytes[(start + $0.lowerBound)..<(start + $0.upperBound)]) }
            .joined(separator: "-")
    }
}

/// `macaddr` and `macaddr8`: 6 or 8 bytes.
///
/// PostgreSQL source, `src/backend/utils/adt/mac.c` and `mac8.c`.
struct PostgresMACAddress: Hashable, Sendable {
    let bytes: ArraySlice<UInt8>

    static func decode(_ byteCount: Int, from reader: inout ByteReader) throws(WireError) -> Self {
        Self(bytes: try reader.readBytes(byteCount, "MAC address"))
    }

    var text: String { bytes.map { Hex.lowercase([$0]) }.joined(separator: ":") }
}
