package import WireKit

extension PostgresValue {
    /// The value in one of the forms.
    ///
    /// - Throws: `WireError` when it is not a value of that type, or has no such form.
    package func encoded(as type: PostgresType, _ format: FormatCode) throws(WireError) -> [UInt8] {
        switch format {
        case .text: return Array(try text(as: type).utf8)
        case .binary:
            var writer = ByteWriter()
            try encode(as: type, into: &writer)
            return writer.bytes
        }
    }

    /// The text form.
    ///
    /// - Throws: `WireError` when it is not a value of that type, or has no text form.
    package func text(as type: PostgresType) throws(WireError) -> String {
        switch (type.kind, self) {
        case (.domain(let base), _): try text(as: base)
        case (.base(let base), _): try scalar(of: base, type, .text).postgresText
        case (.enumeration, .text(let label)): label
        case (.array(let element), .array(let array)):
            try array.text(delimiter: element.delimiter) { (value) throws(WireError) in try value.text(as: element) }
        case (.legacyVector(let element), .array(let array)): try legacyVectorText(array, element, type)
        case (.composite(let attributes), .record(let record)) where attributes.count == record.fields.count:
            try record.text { (value, index) throws(WireError) in try value.text(as: attributes[index].type) }
        case (.record, .record(let record)):
            try record.text { (value, _) throws(WireError) in try value.ownText() }
        case (.range(let subtype), .range(let range)):
            try range.text { (value) throws(WireError) in try value.text(as: subtype) }
        case (.multirange(let subtype), .multirange(let ranges)):
            "{"
                + (try ranges.map { (range) throws(WireError) -> String in
                    try range.text { (value) throws(WireError) in try value.text(as: subtype) }
                }
                .joined(separator: ",")) + "}"
        default: throw mismatch(type)
        }
    }

    /// Writes the binary form.
    ///
    /// - Throws: `WireError` when it is not a value of that type, or has no binary form; what was written until then is of
    ///   no use.
    package func encode(as type: PostgresType, into writer: inout ByteWriter) throws(WireError) {
        switch (type.kind, self) {
        case (.domain(let base), _): try encode(as: base, into: &writer)
        case (.base(.other), .opaque(let bytes)): writer.writeBytes(bytes)
        case (.base(let base), _): try scalar(of: base, type, .binary).encode(into: &writer)
        case (.enumeration, .text(let label)): label.encode(into: &writer)
        case (.legacyVector(let element), .array(let array)) where array.elements.isEmpty:
            // One dimension all the same, without elements.
            for number in [1, 0, Int32(bitPattern: element.oid.rawValue), 0, 0] { writer.writeInteger(number) }
        case (.array(let element), .array(let array)), (.legacyVector(let element), .array(let array)):
            try array.encode(elementType: element.oid, into: &writer) { (value, writer) throws(WireError) in
                try value.encode(as: element, into: &writer)
            }
        case (.composite(let attributes), .record(let record)) where attributes.count == record.fields.count:
            writer.writeInteger(Int32(attributes.count))
            for (field, attribute) in zip(record.fields, attributes) {
                writer.writeInteger(attribute.type.oid.rawValue)
                try writer.writeNullable(field) { (value, writer) throws(WireError) in
                    try value.encode(as: attribute.type, into: &writer)
                }
            }
        case (.range(let subtype), .range(let range)): try Self.encode(range, of: subtype, into: &writer)
        case (.multirange(let subtype), .multirange(let ranges)):
            writer.writeInteger(Int32(ranges.count))
            for range in ranges {
                try writer.writeLengthPrefixed(as: Int32.self) { (writer) throws(WireError) in
                    try Self.encode(range, of: subtype, into: &writer)
                }
            }
        default: throw mismatch(type)
        }
    }

    private static func encode(
        _ range: PostgresRange<PostgresValue>,
        of subtype: PostgresType,
        into writer: inout ByteWriter
    ) throws(WireError) {
        try range.encode(into: &writer) { (value, writer) throws(WireError) in
            try value.encode(as: subtype, into: &writer)
        }
    }

    /// The value as one of a base type.
    private func scalar(
        of base: PostgresBaseType,
        _ type: PostgresType,
        _ format: FormatCode
    ) throws(WireError) -> any PostgresScalar {
        switch (base, self) {
        case (.versionedText, .text(let text)): return PostgresVersionedText(try Self.checked(text))
        case (.text, .text(let text)): return try Self.checked(text)
        case (.registered, .text(let text)) where format == .text: return try Self.checked(text)
        case (.other, .text(let text)) where format == .text: return try Self.checked(text)
        case (.registered, .oid(let oid)): return oid
        case (.name, .text(let name)):
            guard name.utf8.count <= 63 else {
                throw WireError(.limitExceeded(length: name.utf8.count, limit: 63), field: "name", offset: 0)
            }
            return try Self.checked(name)
        case (.inet, .inet(let inet)) where inet.isCIDR: throw mismatch(type)
        case (.cidr, .inet(let inet)) where !inet.isCIDR: throw mismatch(type)
        default:
            guard let scalar, let codec = base.codec, Swift.type(of: scalar) == codec else { throw mismatch(type) }
            return scalar
        }
    }

    /// No text in PostgreSQL contains NUL.
    private static func checked(_ text: String) throws(WireError) -> String {
        guard !text.utf8.contains(0) else {
            throw WireError(.invalidValue("no text in PostgreSQL contains a NUL character"), field: "text", offset: 0)
        }
        return text
    }

    /// The text of a field whose type nobody described.
    private func ownText() throws(WireError) -> String {
        guard let scalar else { throw mismatch(.unknown(.record)) }
        return scalar.postgresText
    }

    private func legacyVectorText(
        _ array: PostgresArray<PostgresValue>,
        _ element: PostgresType,
        _ type: PostgresType
    ) throws(WireError) -> String {
        try array.elements.map { (value) throws(WireError) -> String in
            guard let value else { throw mismatch(type) }
            return try value.text(as: element)
        }
        .joined(separator: " ")
    }

    private func mismatch(_ type: PostgresType) -> WireError {
        WireError(.invalidValue("this value has no such form as \(type.name)"), field: "value", offset: 0)
    }
}

extension PostgresValue: PostgresNonNullDecodable {
    /// Reads a value of a built-in type; others are read by their description.
    package static func decode(
        _ value: ArraySlice<UInt8>,
        type: TypeOID,
        format: FormatCode
    ) throws(WireError) -> PostgresValue {
        guard let known = PostgresType.builtIn(type) else {
            throw mismatch(type, "the type is not built in and must be looked up")
        }
        return try decode(value, as: known, format: format)
    }
}
