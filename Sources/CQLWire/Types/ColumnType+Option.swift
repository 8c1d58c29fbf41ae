package import WireKit

/// Types as `[option]` (native protocol v4, sections 3 and 4.2.5.2).
extension ColumnType {
    /// Reads an `[option]`.
    ///
    /// A class name that stands for a type without a code in this version is read as that type.
    /// - Throws: `WireError` when bytes are missing, the code is unknown or types nest too deeply.
    package static func decode(
        from reader: inout ByteReader,
        version: ProtocolVersion
    ) throws(WireError) -> ColumnType {
        try decode(from: &reader, version: version, depth: 0)
    }

    private static func decode(
        from reader: inout ByteReader,
        version: ProtocolVersion,
        depth: Int
    ) throws(WireError) -> ColumnType {
        guard depth < nestingLimit else {
            throw reader.error(.invalidValue("types nest deeper than \(nestingLimit)"), "type")
        }
        let start = reader
        let code = try reader.readShort("type")
        switch code {
        case 0x0000:
            let className = try reader.readString("custom type")
            let native = ColumnType(marshalClass: className)
            return native.flatMap { $0.code(version) == 0x0000 ? $0 : nil } ?? .custom(className)
        case 0x0020:
            return .list(try decode(from: &reader, version: version, depth: depth + 1))
        case 0x0021:
            let key = try decode(from: &reader, version: version, depth: depth + 1)
            return .map(key, try decode(from: &reader, version: version, depth: depth + 1))
        case 0x0022:
            return .set(try decode(from: &reader, version: version, depth: depth + 1))
        case 0x0030:
            return .userDefined(try decodeUserDefined(from: &reader, version: version, depth: depth))
        case 0x0031:
            let count = try reader.readElementCount("tuple size", minimumElementSize: 2)
            var elements: [ColumnType] = []
            elements.reserveCapacity(count)
            for _ in 0..<count { elements.append(try decode(from: &reader, version: version, depth: depth + 1)) }
            return .tuple(elements)
        default:
            guard let simple = simpleTypesByCode[code] else { throw start.error(.unknownCode(Int(code)), "type") }
            return simple
        }
    }

    private static func decodeUserDefined(
        from reader: inout ByteReader,
        version: ProtocolVersion,
        depth: Int
    ) throws(WireError) -> UserDefinedType {
        let keyspace = try reader.readString("type keyspace")
        let name = try reader.readString("type name")
        let count = try reader.readElementCount("type fields", minimumElementSize: 4)
        var type = UserDefinedType(keyspace: keyspace, name: name, fields: [])
        type.fields.reserveCapacity(count)
        for _ in 0..<count {
            let name = try reader.readString("field name")
            type.fields.append(.init(name: name, type: try decode(from: &reader, version: version, depth: depth + 1)))
        }
        return type
    }

    /// Writes an `[option]`; what the version has no code for travels under its class name.
    ///
    /// - Throws: `WireError` when a name is too long.
    package func encode(into writer: inout ByteWriter, version: ProtocolVersion) throws(WireError) {
        if case .frozen(let inner) = self { return try inner.encode(into: &writer, version: version) }
        writer.writeInteger(code(version))
        switch self {
        case .list(let element), .set(let element):
            try element.encode(into: &writer, version: version)
        case .map(let key, let value):
            try key.encode(into: &writer, version: version)
            try value.encode(into: &writer, version: version)
        case .tuple(let elements):
            try writer.writeCount(elements.count, as: UInt16.self, "tuple size")
            for element in elements { try element.encode(into: &writer, version: version) }
        case .userDefined(let type):
            try writer.writeString(type.keyspace, "type keyspace")
            try writer.writeString(type.name, "type name")
            try writer.writeCount(type.fields.count, as: UInt16.self, "type fields")
            for field in type.fields {
                try writer.writeString(field.name, "field name")
                try field.type.encode(into: &writer, version: version)
            }
        case .custom(let className):
            try writer.writeString(className, "custom type")
        default:
            if code(version) == 0x0000 { try writer.writeString(marshalClass, "custom type") }
        }
    }

    /// The `[option]`'s id under a version; 0 stands for a class name.
    func code(_ version: ProtocolVersion) -> UInt16 {
        switch self {
        case .custom, .duration: 0x0000
        case .ascii: 0x0001
        case .bigint: 0x0002
        case .blob: 0x0003
        case .boolean: 0x0004
        case .counter: 0x0005
        case .decimal: 0x0006
        case .double: 0x0007
        case .float: 0x0008
        case .int: 0x0009
        case .timestamp: 0x000B
        case .uuid: 0x000C
        case .text: 0x000D
        case .varint: 0x000E
        case .timeuuid: 0x000F
        case .inet: 0x0010
        case .date: version < .v4 ? 0x0000 : 0x0011
        case .time: version < .v4 ? 0x0000 : 0x0012
        case .smallint: version < .v4 ? 0x0000 : 0x0013
        case .tinyint: version < .v4 ? 0x0000 : 0x0014
        case .list: 0x0020
        case .map: 0x0021
        case .set: 0x0022
        case .userDefined: 0x0030
        case .tuple: 0x0031
        case .frozen(let inner): inner.code(version)
        }
    }

    /// What a code stands for when a server uses it, whatever the version: ScyllaDB sends 0x15 over v4.
    private static let simpleTypesByCode: [UInt16: ColumnType] = {
        var types: [UInt16: ColumnType] = [0x000A: .text, 0x0015: .duration]
        for type in simpleTypes where type != .duration { types[type.code(.v4)] = type }
        return types
    }()
}
