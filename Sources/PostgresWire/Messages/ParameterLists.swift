import WireKit

/// The lists of formats and values that Bind and FunctionCall share.
extension ByteReader {
    /// Reads a 16-bit count and that many format codes.
    ///
    /// - Throws: `WireError` when the count exceeds what remains or a code is unknown.
    mutating func readFormatCodes(_ field: String) throws(WireError) -> [FormatCode] {
        let count = try readUnsignedCount(field, itemByteCount: 2)
        var formats: [FormatCode] = []
        formats.reserveCapacity(count)
        for _ in 0..<count { formats.append(try readFormatCode(field)) }
        return formats
    }

    /// Reads a 16-bit count and that many length-prefixed values.
    ///
    /// - Throws: `WireError` when the count or a length exceeds what remains.
    mutating func readNullableValues(_ field: String) throws(WireError) -> [ArraySlice<UInt8>?] {
        let count = try readUnsignedCount(field, itemByteCount: 4)
        var values: [ArraySlice<UInt8>?] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try readNullableValue(field)) }
        return values
    }

    /// Reads a 16-bit count and that many type OIDs.
    ///
    /// - Throws: `WireError` when the count exceeds what remains.
    mutating func readTypeOIDs(_ field: String) throws(WireError) -> [TypeOID] {
        let count = try readUnsignedCount(field, itemByteCount: 4)
        var types: [TypeOID] = []
        types.reserveCapacity(count)
        for _ in 0..<count { types.append(TypeOID(rawValue: try readInteger(field, as: UInt32.self))) }
        return types
    }
}

/// The counts below are 16 bits on the wire: a caller with more items has broken the client's own limit, and traps.
extension ByteWriter {
    mutating func writeFormatCodes(_ formats: [FormatCode]) {
        writeInteger(UInt16(formats.count))
        for format in formats { writeInteger(format.rawValue) }
    }

    mutating func writeNullableValues(_ values: [ArraySlice<UInt8>?]) {
        writeInteger(UInt16(values.count))
        for value in values { writeNullableValue(value) }
    }

    mutating func writeTypeOIDs(_ types: [TypeOID]) {
        writeInteger(UInt16(types.count))
        for type in types { writeInteger(type.rawValue) }
    }
}
