import PostgresWire
import SchemaTranslation
import WireKit

extension ColumnPlan {
    /// The type of the column's values as COPY sends them.
    private var sentType: TypeOID {
        if case .frozenList(let element) = targetType { return Self.arrayType(of: scalarType(element)) }
        return scalarType(targetType)
    }

    private func scalarType(_ target: TargetType) -> TypeOID {
        switch target {
        case .smallint: .int2
        case .int: .int4
        case .bigint: .int8
        case .float: .float4
        case .double: .float8
        case .decimal: .numeric
        case .boolean: .bool
        case .blob: .bytea
        case .date: .date
        case .time: .time
        case .timestamp: sourceType.contains("with time zone") ? .timestamptz : .timestamp
        case .uuid: .uuid
        case .inet: .inet
        case .text: isJSONB ? .jsonb : .text
        case .frozenList: .text
        }
    }

    private var isJSONB: Bool { conversion == .jsonb || conversion == .array(element: .jsonb) }

    private static func arrayType(of element: TypeOID) -> TypeOID {
        let types: [TypeOID: TypeOID] = [
            .int2: .int2Array, .int4: .int4Array, .int8: .int8Array, .float4: .float4Array, .float8: .float8Array,
            .numeric: .numericArray, .bool: .boolArray, .bytea: .byteaArray, .date: .dateArray, .time: .timeArray,
            .timestamp: .timestampArray, .timestamptz: .timestamptzArray, .uuid: .uuidArray, .inet: .inetArray,
            .text: .textArray, .jsonb: .jsonbArray,
        ]
        return types[element] ?? .textArray
    }

    /// A value as the source's own tools show it; bytes that are no such value are shown in hexadecimal.
    func sourceText(of field: ArraySlice<UInt8>) -> String {
        if let text = try? PostgresText.render(binary: Self.withPlainElementType(field, sentType), type: sentType) {
            return text
        }
        return "\\x" + field.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    /// An array of varchar, enum labels or the like, as an array of the type that its elements are rendered as.
    private static func withPlainElementType(_ field: ArraySlice<UInt8>, _ type: TypeOID) -> ArraySlice<UInt8> {
        guard let element = type.element, field.count >= 12 else { return field }
        var writer = ByteWriter(reservingCapacity: field.count)
        writer.writeBytes(field.prefix(8))
        writer.writeInteger(element.rawValue)
        writer.writeBytes(field.dropFirst(12))
        return writer.bytes[...]
    }
}
