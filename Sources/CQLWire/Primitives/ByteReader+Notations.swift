package import WireKit

/// The notations of the native protocol v4, section 3.
extension ByteReader {
    /// Reads a `[byte]`.
    ///
    /// - Throws: `WireError` (truncated).
    package mutating func readByte(_ field: String) throws(WireError) -> UInt8 {
        try readInteger(field)
    }

    /// Reads a `[short]`.
    ///
    /// - Throws: `WireError` (truncated).
    package mutating func readShort(_ field: String) throws(WireError) -> UInt16 {
        try readInteger(field)
    }

    /// Reads an `[int]`.
    ///
    /// - Throws: `WireError` (truncated).
    package mutating func readInt(_ field: String) throws(WireError) -> Int32 {
        try readInteger(field)
    }

    /// Reads a `[string]`.
    ///
    /// - Throws: `WireError` when bytes are missing or are not UTF-8.
    package mutating func readString(_ field: String) throws(WireError) -> String {
        let count = Int(try readShort(field))
        return try readUTF8(count, field)
    }

    /// Reads a `[long string]`.
    ///
    /// - Throws: `WireError` when bytes are missing, the length is negative or the text is not UTF-8.
    package mutating func readLongString(_ field: String) throws(WireError) -> String {
        let count = Int(try readInt(field))
        return try readUTF8(count, field)
    }

    /// Reads a `[bytes]`; any negative length is null.
    ///
    /// - Throws: `WireError` (truncated).
    package mutating func readNullableBytes(_ field: String) throws(WireError) -> ArraySlice<UInt8>? {
        let count = Int(try readInt(field))
        return count < 0 ? nil : try readBytes(count, field)
    }

    /// Reads a `[short bytes]`.
    ///
    /// - Throws: `WireError` (truncated).
    package mutating func readShortBytes(_ field: String) throws(WireError) -> ArraySlice<UInt8> {
        let count = Int(try readShort(field))
        return try readBytes(count, field)
    }

    /// Reads a `[value]`; v3 knows no unset, there every negative length is null.
    ///
    /// - Throws: `WireError` when bytes are missing or the length is below −2.
    package mutating func readValue(_ field: String, version: ProtocolVersion) throws(WireError) -> CQLValueBytes {
        let start = self
        let count = Int(try readInt(field))
        if count >= 0 { return .bytes(try readBytes(count, field)) }
        if count == -1 || version < .v4 { return .null }
        guard count == -2 else { throw start.error(.invalidLength(count), field) }
        return .unset
    }

    /// Reads a `[uuid]`.
    ///
    /// - Throws: `WireError` (truncated).
    package mutating func readUUID(_ field: String) throws(WireError) -> CQLUUID {
        try require(byteCount: 16, field)
        return CQLUUID(high: try readInteger(field), low: try readInteger(field))
    }

    /// Reads a `[consistency]`.
    ///
    /// - Throws: `WireError` when bytes are missing or the code is unknown.
    package mutating func readConsistency(_ field: String) throws(WireError) -> Consistency {
        let start = self
        let code = try readShort(field)
        guard let consistency = Consistency(rawValue: code) else { throw start.error(.unknownCode(Int(code)), field) }
        return consistency
    }

    /// Reads a `[string list]`.
    ///
    /// - Throws: `WireError` when the list is not what it announces.
    package mutating func readStringList(_ field: String) throws(WireError) -> [String] {
        let count = try readElementCount(field, minimumElementSize: 2)
        var list: [String] = []
        list.reserveCapacity(count)
        for _ in 0..<count { list.append(try readString(field)) }
        return list
    }

    /// Reads a `[string map]`.
    ///
    /// - Throws: `WireError` when the map is not what it announces.
    package mutating func readStringMap(_ field: String) throws(WireError) -> StringMap {
        let count = try readElementCount(field, minimumElementSize: 4)
        var map = StringMap()
        for _ in 0..<count { map.entries.append(.init(key: try readString(field), value: try readString(field))) }
        return map
    }

    /// Reads a `[string multimap]`.
    ///
    /// - Throws: `WireError` when the map is not what it announces.
    package mutating func readStringMultimap(_ field: String) throws(WireError) -> StringMultimap {
        let count = try readElementCount(field, minimumElementSize: 4)
        var map = StringMultimap()
        for _ in 0..<count { map.entries.append(.init(key: try readString(field), value: try readStringList(field))) }
        return map
    }

    /// Reads a `[bytes map]`.
    ///
    /// - Throws: `WireError` when the map is not what it announces.
    package mutating func readBytesMap(_ field: String) throws(WireError) -> BytesMap {
        let count = try readElementCount(field, minimumElementSize: 6)
        var map = BytesMap()
        for _ in 0..<count {
            map.entries.append(.init(key: try readString(field), value: try readNullableBytes(field)))
        }
        return map
    }

    /// Reads a `[short]` count and checks that so many elements can follow.
    ///
    /// - Throws: `WireError` (truncated) when the remaining bytes cannot hold them.
    package mutating func readElementCount(_ field: String, minimumElementSize: Int) throws(WireError) -> Int {
        let count = Int(try readShort(field))
        try require(byteCount: count * minimumElementSize, field)
        return count
    }

    /// Checks that `byteCount` bytes remain, before anything is set aside for them.
    ///
    /// - Throws: `WireError` (truncated) when they do not.
    package func require(byteCount: Int, _ field: String) throws(WireError) {
        guard byteCount <= remaining else { throw error(.truncated(needed: byteCount, remaining: remaining), field) }
    }
}
