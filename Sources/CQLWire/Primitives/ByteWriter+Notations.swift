package import WireKit

/// The notations of the native protocol v4, section 3.
///
/// Lengths that their field cannot hold are errors, for a text may come from a peer.
extension ByteWriter {
    /// Writes a count or length as `Length`.
    ///
    /// - Throws: `WireError` (limit exceeded) when `count` does not fit.
    package mutating func writeCount<Length: FixedWidthInteger>(
        _ count: Int,
        as type: Length.Type,
        _ field: String
    ) throws(WireError) {
        guard let length = Length(exactly: count) else {
            throw WireError(.limitExceeded(length: count, limit: Int(Length.max)), field: field, offset: self.count)
        }
        writeInteger(length)
    }

    /// Writes a `[string]`.
    ///
    /// - Throws: `WireError` when the text is longer than 65535 bytes.
    package mutating func writeString(_ text: String, _ field: String) throws(WireError) {
        try writeCount(text.utf8.count, as: UInt16.self, field)
        writeUTF8(text)
    }

    /// Writes a `[long string]`.
    ///
    /// - Throws: `WireError` when the text is longer than 2 GiB.
    package mutating func writeLongString(_ text: String, _ field: String) throws(WireError) {
        try writeCount(text.utf8.count, as: Int32.self, field)
        writeUTF8(text)
    }

    /// Writes a `[bytes]`; nil is null.
    ///
    /// - Throws: `WireError` when there are more than 2 GiB.
    package mutating func writeNullableBytes(_ bytes: (some Collection<UInt8>)?, _ field: String) throws(WireError) {
        guard let bytes else {
            writeInteger(Int32(-1))
            return
        }
        try writeCount(bytes.count, as: Int32.self, field)
        writeBytes(bytes)
    }

    /// Writes a `[short bytes]`.
    ///
    /// - Throws: `WireError` when there are more than 65535 bytes.
    package mutating func writeShortBytes(_ bytes: some Collection<UInt8>, _ field: String) throws(WireError) {
        try writeCount(bytes.count, as: UInt16.self, field)
        writeBytes(bytes)
    }

    /// Writes a `[value]`.
    ///
    /// - Throws: `WireError` when the value is too long, or unset under v3.
    package mutating func writeValue(
        _ value: CQLValueBytes,
        _ field: String,
        version: ProtocolVersion
    ) throws(WireError) {
        switch value {
        case .null:
            writeInteger(Int32(-1))
        case .unset:
            guard version >= .v4 else {
                throw WireError(.invalidValue("protocol v3 has no unset value"), field: field, offset: count)
            }
            writeInteger(Int32(-2))
        case .bytes(let bytes):
            try writeNullableBytes(bytes, field)
        }
    }

    /// Writes a `[uuid]`.
    package mutating func writeUUID(_ uuid: CQLUUID) {
        writeInteger(uuid.high)
        writeInteger(uuid.low)
    }

    /// Writes a `[string list]`.
    ///
    /// - Throws: `WireError` when there are too many elements or one is too long.
    package mutating func writeStringList(_ list: [String], _ field: String) throws(WireError) {
        try writeCount(list.count, as: UInt16.self, field)
        for text in list { try writeString(text, field) }
    }

    /// Writes a `[string map]`.
    ///
    /// - Throws: `WireError` when there are too many entries or one is too long.
    package mutating func writeStringMap(_ map: StringMap, _ field: String) throws(WireError) {
        try writeCount(map.entries.count, as: UInt16.self, field)
        for entry in map.entries {
            try writeString(entry.key, field)
            try writeString(entry.value, field)
        }
    }

    /// Writes a `[string multimap]`.
    ///
    /// - Throws: `WireError` when there are too many entries or one is too long.
    package mutating func writeStringMultimap(_ map: StringMultimap, _ field: String) throws(WireError) {
        try writeCount(map.entries.count, as: UInt16.self, field)
        for entry in map.entries {
            try writeString(entry.key, field)
            try writeStringList(entry.value, field)
        }
    }

    /// Writes a `[bytes map]`.
    ///
    /// - Throws: `WireError` when there are too many entries or one is too long.
    package mutating func writeBytesMap(_ map: BytesMap, _ field: String) throws(WireError) {
        try writeCount(map.entries.count, as: UInt16.self, field)
        for entry in map.entries {
            try writeString(entry.key, field)
            try writeNullableBytes(entry.value, field)
        }
    }
}
