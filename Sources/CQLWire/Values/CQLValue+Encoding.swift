package import WireKit

/// Values as serialised bytes (native protocol v4, section 6).
extension CQLValue {
    /// The value's bytes.
    ///
    /// - Throws: `WireError` when a part is longer than its length field can say.
    package func encoded() throws(WireError) -> [UInt8] {
        var writer = ByteWriter()
        try encode(into: &writer)
        return writer.bytes
    }

    /// Writes the value's bytes, without a length.
    ///
    /// - Throws: `WireError` when a part is longer than its length field can say.
    package func encode(into writer: inout ByteWriter) throws(WireError) {
        switch self {
        case .ascii(let text), .text(let text): writer.writeUTF8(text)
        case .bigint(let value), .counter(let value), .time(let value), .timestamp(let value):
            writer.writeInteger(value)
        case .blob(let bytes), .custom(let bytes): writer.writeBytes(bytes)
        case .boolean(let value): writer.writeInteger(UInt8(value ? 1 : 0))
        case .date(let days): writer.writeInteger(UInt32(bitPattern: days) ^ 0x8000_0000)
        case .decimal(let value): value.encode(into: &writer)
        case .double(let value): writer.writeInteger(value.bitPattern)
        case .duration(let value): value.encode(into: &writer)
        case .float(let value): writer.writeInteger(value.bitPattern)
        case .inet(let value): writer.writeBytes(value.bytes)
        case .int(let value): writer.writeInteger(value)
        case .smallint(let value): writer.writeInteger(value)
        case .timeuuid(let value), .uuid(let value): writer.writeUUID(value)
        case .tinyint(let value): writer.writeInteger(value)
        case .varint(let value): writer.writeBytes(value.bytes)
        case .empty: break
        case .list(let elements), .set(let elements):
            try writer.writeCount(elements.count, as: Int32.self, "collection size")
            for element in elements { try Self.writeElement(element, into: &writer) }
        case .map(let entries):
            try writer.writeCount(entries.count, as: Int32.self, "collection size")
            for entry in entries {
                try Self.writeElement(entry.key, into: &writer)
                try Self.writeElement(entry.value, into: &writer)
            }
        case .tuple(let elements):
            for element in elements { try Self.writeElement(element, into: &writer) }
        case .userDefined(let fields):
            for field in fields { try Self.writeElement(field.value, into: &writer) }
        }
    }

    private static func writeElement(_ element: CQLValue?, into writer: inout ByteWriter) throws(WireError) {
        try writer.writeNullableBytes(try element?.encoded(), "element")
    }
}
