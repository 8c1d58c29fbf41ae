import PostgresWire
import WireKit

extension FuzzEntry {
    static let postgresValues = [
        FuzzEntry("postgres-binary-value", binaryValue),
        FuzzEntry("postgres-text-value", textValue),
        FuzzEntry("postgres-nested-value", nestedValue),
    ]

    /// Two bytes of a type's OID, then a value in binary form.
    private static func binaryValue(_ input: ArraySlice<UInt8>) throws {
        var reader = ByteReader(input)
        guard let oid = try? reader.readInteger("type OID", as: UInt16.self) else { return }
        let type = TypeOID(rawValue: UInt32(oid))
        _ = try? PostgresText.render(binary: reader.rest.prefix(4096), type: type)
        _ = try? [String?].decode(reader.rest.prefix(4096), type: type, format: .binary)
        _ = try? Int64.decode(reader.rest, type: type, format: .binary)
        try keepsItsForms(reader.rest, PostgresType.builtIn(type) ?? .unknown(type), .binary)
    }

    /// Two bytes of a type's OID, then a value in text form.
    private static func textValue(_ input: ArraySlice<UInt8>) throws {
        var reader = ByteReader(input)
        guard let oid = try? reader.readInteger("type OID", as: UInt16.self) else { return }
        let type = TypeOID(rawValue: UInt32(oid))
        _ = try? [String?].decode(reader.rest, type: type, format: .text)
        _ = try? [UInt8].decode(reader.rest, type: type, format: .text)
        _ = try? Int64.decode(reader.rest, type: type, format: .text)
        try keepsItsForms(reader.rest, PostgresType.builtIn(type) ?? .unknown(type), .text)
    }

    /// A type made of others, then a byte that chooses the form, then a value.
    private static func nestedValue(_ input: ArraySlice<UInt8>) throws {
        var reader = ByteReader(input)
        var maker = TypeMaker()
        guard let type = maker.type(from: &reader, depth: 0),
            let choice = try? reader.readInteger("format", as: UInt8.self)
        else { return }
        try keepsItsForms(reader.rest, type, choice % 2 == 0 ? .binary : .text)
    }

    /// What is accepted is written so that it is read as the same again.
    private static func keepsItsForms(_ bytes: ArraySlice<UInt8>, _ type: PostgresType, _ format: FormatCode) throws {
        guard let value = try? PostgresValue.decode(bytes, as: type, format: format) else { return }
        if let binary = try? value.encoded(as: type, .binary) {
            let again = try PostgresValue.decode(binary[...], as: type, format: .binary)
            try BrokenLaw.unless(
                try again.encoded(as: type, .binary) == binary,
                "a \(type.name) keeps its binary form"
            )
        }
        // Fourteen bytes can be a number of 131072 digits: few of them are enough.
        guard bytes.count <= 2048, let text = try? value.encoded(as: type, .text) else { return }
        // A tsquery's text may be deeper than its binary form, because it does not tell a & (b & c) from (a & b) & c.
        guard let again = try? PostgresValue.decode(text[...], as: type, format: .text) else {
            if isDeepQuery(value) { return }
            throw BrokenLaw(
                "the text of a \(type.name) is read again: \(String(decoding: text.prefix(99), as: UTF8.self))"
            )
        }
        try BrokenLaw.unless(try again.encoded(as: type, .text) == text, "a \(type.name) keeps its text form")
    }

    private static func isDeepQuery(_ value: PostgresValue) -> Bool {
        switch value {
        case .tsquery: true
        case .array(let array): array.elements.contains { $0.map(isDeepQuery) ?? false }
        case .record(let record): record.fields.contains { $0.map(isDeepQuery) ?? false }
        case .range, .multirange: true
        default: false
        }
    }
}

/// Builds types from bytes.
private struct TypeMaker {
    private var count: UInt32 = 0

    private static let baseTypes: [PostgresType] =
        (0...6000).compactMap { PostgresType.builtIn(TypeOID(rawValue: $0)) }
        + ["hstore", "vector", "citext", "unheardof"].enumerated().map { index, name in
            PostgresType(oid: TypeOID(rawValue: 90_000 + UInt32(index)), name: name, kind: .base(.named(name)))
        }

    /// A type of at most five levels; nothing when the bytes end.
    mutating func type(from reader: inout ByteReader, depth: Int) -> PostgresType? {
        guard depth < 5, let choice = try? reader.readInteger("kind", as: UInt8.self) else { return nil }
        let kind: PostgresType.Kind
        switch choice % 10 {
        case 0: kind = .enumeration
        case 1, 2:
            guard let element = type(from: &reader, depth: depth + 1) else { return nil }
            kind = .array(element: element)
        case 3:
            guard let base = type(from: &reader, depth: depth + 1) else { return nil }
            kind = .domain(base: base)
        case 4, 5:
            var attributes: [PostgresType.Attribute] = []
            for _ in 0..<(choice / 10 % 4) {
                guard let type = type(from: &reader, depth: depth + 1) else { return nil }
                attributes.append(.init(name: "a", type: type))
            }
            kind = .composite(attributes)
        case 6, 7:
            guard let subtype = type(from: &reader, depth: depth + 1) else { return nil }
            kind = choice % 10 == 6 ? .range(subtype: subtype) : .multirange(subtype: subtype)
        default:
            guard let index = try? reader.readInteger("base type", as: UInt8.self) else { return nil }
            return Self.baseTypes[Int(index) % Self.baseTypes.count]
        }
        count += 1
        return PostgresType(oid: TypeOID(rawValue: 100_000 + count), name: "made", kind: kind)
    }
}
