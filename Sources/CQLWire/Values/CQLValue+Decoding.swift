package import WireKit

/// Values from their serialised bytes (native protocol v4, section 6).
extension CQLValue {
    /// Reads a value that fills `bytes`.
    ///
    /// - Throws: `WireError` when the bytes are not a value of that type.
    package static func decode(_ bytes: ArraySlice<UInt8>, as type: ColumnType) throws(WireError) -> CQLValue {
        var reader = ByteReader(bytes)
        let value = try decode(from: &reader, as: type.native)
        try reader.expectEnd("\(type) value")
        return value
    }

    private static func decode(from reader: inout ByteReader, as type: ColumnType) throws(WireError) -> CQLValue {
        switch type {
        case .ascii: return .ascii(try readASCII(from: &reader))
        case .text: return .text(try reader.readUTF8(reader.remaining, "text"))
        case .blob: return .blob([UInt8](try reader.readBytes(reader.remaining, "blob")))
        case .custom: return .custom([UInt8](try reader.readBytes(reader.remaining, "custom value")))
        case .frozen(let inner): return try decode(from: &reader, as: inner.native)
        default: break
        }
        if reader.remaining == 0 { return .empty }
        switch type {
        case .list(let element): return .list(try readElements(from: &reader, as: element))
        case .set(let element): return .set(try readElements(from: &reader, as: element))
        case .map(let key, let value): return .map(try readEntries(from: &reader, key: key, value: value))
        case .tuple(let elements):
            var values: [CQLValue?] = []
            for element in elements { values.append(try readComponent(from: &reader, as: element)) }
            return .tuple(values)
        case .userDefined(let definition):
            var fields: [FieldValue] = []
            for field in definition.fields {
                fields.append(.init(name: field.name, value: try readComponent(from: &reader, as: field.type)))
            }
            return .userDefined(fields)
        default:
            return try decodeScalar(from: &reader, as: type)
        }
    }

    private static func decodeScalar(
        from reader: inout ByteReader,
        as type: ColumnType
    ) throws(WireError) -> CQLValue {
        switch type {
        case .bigint: .bigint(try reader.readInteger("bigint"))
        case .boolean: .boolean(try reader.readByte("boolean") != 0)
        case .counter: .counter(try reader.readInteger("counter"))
        case .date: .date(Int32(bitPattern: try reader.readInteger("date") ^ 0x8000_0000))
        case .decimal: .decimal(try CQLDecimal.decode(from: &reader))
        case .double: .double(Double(bitPattern: try reader.readInteger("double")))
        case .duration: .duration(try CQLDuration.decode(from: &reader))
        case .float: .float(Float(bitPattern: try reader.readInteger("float")))
        case .inet: .inet(try CQLInet.decode(from: &reader))
        case .int: .int(try reader.readInteger("int"))
        case .smallint: .smallint(try reader.readInteger("smallint"))
        case .time: .time(try reader.readInteger("time"))
        case .timestamp: .timestamp(try reader.readInteger("timestamp"))
        case .timeuuid: .timeuuid(try reader.readUUID("timeuuid"))
        case .tinyint: .tinyint(try reader.readInteger("tinyint"))
        case .uuid: .uuid(try reader.readUUID("uuid"))
        case .varint: .varint(CQLVarint(twosComplement: try reader.readBytes(reader.remaining, "varint")))
        case .ascii, .text, .blob, .custom, .frozen, .list, .set, .map, .tuple, .userDefined:
            throw reader.error(.invalidValue("\(type) is not a scalar"), "value")
        }
    }

    private static func readASCII(from reader: inout ByteReader) throws(WireError) -> String {
        let start = reader
        let bytes = try reader.readBytes(reader.remaining, "ascii")
        guard bytes.allSatisfy({ $0 < 0x80 }) else {
            throw start.error(.invalidValue("it holds bytes above 0x7F"), "ascii")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func readElements(
        from reader: inout ByteReader,
        as type: ColumnType
    ) throws(WireError) -> [CQLValue?] {
        let count = try readCollectionSize(from: &reader, minimumElementSize: 4)
        var elements: [CQLValue?] = []
        elements.reserveCapacity(count)
        for _ in 0..<count { elements.append(try readElement(from: &reader, as: type)) }
        return elements
    }

    private static func readEntries(
        from reader: inout ByteReader,
        key: ColumnType,
        value: ColumnType
    ) throws(WireError) -> [MapEntry] {
        let count = try readCollectionSize(from: &reader, minimumElementSize: 8)
        var entries: [MapEntry] = []
        entries.reserveCapacity(count)
        for _ in 0..<count {
            let key = try readElement(from: &reader, as: key)
            entries.append(MapEntry(key: key, value: try readElement(from: &reader, as: value)))
        }
        return entries
    }

    private static func readCollectionSize(
        from reader: inout ByteReader,
        minimumElementSize: Int
    ) throws(WireError) -> Int {
        let start = reader
        let count = Int(try reader.readInt("collection size"))
        guard count >= 0 else { throw start.error(.invalidLength(count), "collection size") }
        try reader.require(byteCount: count * minimumElementSize, "collection")
        return count
    }

    private static func readElement(
        from reader: inout ByteReader,
        as type: ColumnType
    ) throws(WireError) -> CQLValue? {
        guard let bytes = try reader.readNullableBytes("element") else { return nil }
        return try decode(bytes, as: type)
    }

    /// A component of a tuple or user-defined type; those behind the last one written are null.
    private static func readComponent(
        from reader: inout ByteReader,
        as type: ColumnType
    ) throws(WireError) -> CQLValue? {
        reader.remaining == 0 ? nil : try readElement(from: &reader, as: type)
    }
}
