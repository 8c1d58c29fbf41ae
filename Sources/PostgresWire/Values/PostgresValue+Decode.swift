package import WireKit

extension PostgresValue {
    /// Reads a value.
    ///
    /// - Parameters:
    ///   - bytes: the whole value, which is not NULL.
    ///   - type: what it is a value of.
    ///   - format: the form that it is in.
    /// - Returns: the value.
    /// - Throws: `WireError` when the bytes are not a value of that type.
    package static func decode(
        _ bytes: ArraySlice<UInt8>,
        as type: PostgresType,
        format: FormatCode
    ) throws(WireError) -> PostgresValue {
        try decode(bytes, as: type, format, depth: 0)
    }

    private static func decode(
        _ bytes: ArraySlice<UInt8>,
        as type: PostgresType,
        _ format: FormatCode,
        depth: Int
    ) throws(WireError) -> PostgresValue {
        guard depth < maximumDepth else {
            throw WireError(.limitExceeded(length: depth, limit: maximumDepth), field: "nested value", offset: 0)
        }
        let inner = { (type: PostgresType) in
            { (bytes: ArraySlice<UInt8>) throws(WireError) -> PostgresValue in
                try decode(bytes, as: type, format, depth: depth + 1)
            }
        }
        switch type.kind {
        case .base(let base): return try decode(bytes, base, format)
        case .enumeration: return .text(try .decode(bytes, format: format))
        case .domain(let base): return try inner(base)(bytes)
        case .array(let element): return .array(try array(bytes, of: element, format).map(inner(element)))
        case .legacyVector(let element):
            return .array(try legacyVector(bytes, of: element, format).map(inner(element)))
        case .composite(let attributes):
            return .record(try record(bytes, attributes, format, depth: depth))
        case .record: return .record(try record(bytes, nil, format, depth: depth))
        case .range(let subtype): return .range(try range(bytes, format).map(inner(subtype)))
        case .multirange(let subtype):
            return .multirange(
                try multirange(bytes, format).map { (range) throws(WireError) -> PostgresRange<PostgresValue> in
                    try range.map(inner(subtype))
                }
            )
        }
    }

    private static func decode(
        _ bytes: ArraySlice<UInt8>,
        _ base: PostgresBaseType,
        _ format: FormatCode
    ) throws(WireError) -> PostgresValue {
        switch base {
        case .bool: .bool(try .decode(bytes, format: format))
        case .int2: .int2(try .decode(bytes, format: format))
        case .int4: .int4(try .decode(bytes, format: format))
        case .int8: .int8(try .decode(bytes, format: format))
        case .float4: .float4(try .decode(bytes, format: format))
        case .float8: .float8(try .decode(bytes, format: format))
        case .numeric: .numeric(try .decode(bytes, format: format))
        case .money: .money(try .decode(bytes, format: format))
        case .text, .name: .text(try .decode(bytes, format: format))
        case .versionedText: .text(try PostgresVersionedText.decode(bytes, format: format).text)
        case .char: .char(try .decode(bytes, format: format))
        case .bytea: .bytea(try .decode(bytes, format: format))
        case .uuid: .uuid(try .decode(bytes, format: format))
        case .bits: .bits(try .decode(bytes, format: format))
        case .date: .date(try .decode(bytes, format: format))
        case .time: .time(try .decode(bytes, format: format))
        case .timetz: .timetz(try .decode(bytes, format: format))
        case .timestamp: .timestamp(try .decode(bytes, format: format))
        case .timestamptz: .timestamptz(try .decode(bytes, format: format))
        case .interval: .interval(try .decode(bytes, format: format))
        case .inet: .inet(try inet(bytes, format))
        case .cidr: .inet(try cidr(bytes, format))
        case .macaddr: .macaddr(try .decode(bytes, format: format))
        case .macaddr8: .macaddr8(try .decode(bytes, format: format))
        case .oid: .oid(try .decode(bytes, format: format))
        case .xid8: .xid8(try .decode(bytes, format: format))
        case .lsn: .lsn(try .decode(bytes, format: format))
        case .tid: .tid(try .decode(bytes, format: format))
        case .tsvector: .tsvector(try .decode(bytes, format: format))
        case .tsquery: .tsquery(try .decode(bytes, format: format))
        case .point: .point(try .decode(bytes, format: format))
        case .lseg: .lseg(try .decode(bytes, format: format))
        case .path: .path(try .decode(bytes, format: format))
        case .box: .box(try .decode(bytes, format: format))
        case .polygon: .polygon(try .decode(bytes, format: format))
        case .line: .line(try .decode(bytes, format: format))
        case .circle: .circle(try .decode(bytes, format: format))
        case .hstore: .hstore(try .decode(bytes, format: format))
        case .vector: .vector(try .decode(bytes, format: format))
        case .registered:
            format == .text ? .text(try .decode(bytes, format: .text)) : .oid(try .decode(bytes, format: .binary))
        case .other:
            format == .text ? .text(try .decode(bytes, format: .text)) : .opaque(Array(bytes))
        }
    }

    private static func inet(_ bytes: ArraySlice<UInt8>, _ format: FormatCode) throws(WireError) -> PostgresInet {
        let inet = try PostgresInet.decode(bytes, format: format)
        guard !inet.isCIDR else { throw WireError(.unknownCode(1), field: "cidr flag", offset: 2) }
        return inet
    }

    private static func cidr(_ bytes: ArraySlice<UInt8>, _ format: FormatCode) throws(WireError) -> PostgresInet {
        guard let cidr = try PostgresInet.decode(bytes, format: format).cidr else {
            throw WireError(.invalidValue("a cidr has no bits behind its prefix"), field: "value", offset: 0)
        }
        return cidr
    }
}

/// Containers, taken apart.
extension PostgresValue {
    private typealias Slice = ArraySlice<UInt8>

    private static func array(
        _ bytes: Slice,
        of element: PostgresType,
        _ format: FormatCode
    ) throws(WireError) -> PostgresArray<Slice> {
        switch format {
        case .text:
            var reader = TextReader(bytes)
            let array = try PostgresArray.decode(from: &reader, delimiter: element.delimiter)
            try reader.expectEnd()
            return array
        case .binary:
            var reader = ByteReader(bytes)
            let (array, sentType) = try PostgresArray.decode(from: &reader)
            guard sentType == element.oid else {
                throw WireError(
                    .invalidValue("the element type is \(sentType.rawValue), not \(element.oid.rawValue)"),
                    field: "element type",
                    offset: 8
                )
            }
            try reader.expectEnd("value")
            return array
        }
    }

    /// Elements with blanks between them, whose subscripts start at 0.
    private static func legacyVector(
        _ bytes: Slice,
        of element: PostgresType,
        _ format: FormatCode
    ) throws(WireError) -> PostgresArray<Slice> {
        guard format == .text else { return try array(bytes, of: element, format) }
        let elements = bytes.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        let dimension = PostgresArrayDimension(count: elements.count, lowerBound: 0)
        let found = PostgresArray(dimensions: bytes.isEmpty ? [] : [dimension], elements: bytes.isEmpty ? [] : elements)
        guard let found else {
            throw WireError(.invalidValue("elements have blanks between them"), field: "value", offset: 0)
        }
        return found
    }

    private static func range(_ bytes: Slice, _ format: FormatCode) throws(WireError) -> PostgresRange<Slice> {
        switch format {
        case .text:
            var reader = TextReader(bytes)
            let range = try PostgresRange.decode(from: &reader)
            try reader.expectEnd()
            return range
        case .binary:
            var reader = ByteReader(bytes)
            let range = try PostgresRange.decode(from: &reader)
            try reader.expectEnd("value")
            return range
        }
    }

    private static func multirange(_ bytes: Slice, _ format: FormatCode) throws(WireError) -> [PostgresRange<Slice>] {
        switch format {
        case .text:
            var reader = TextReader(bytes)
            let ranges = try MultirangeSyntax.decode(from: &reader)
            try reader.expectEnd()
            return ranges
        case .binary:
            var reader = ByteReader(bytes)
            let ranges = try MultirangeSyntax.decode(from: &reader)
            try reader.expectEnd("value")
            return ranges
        }
    }

    /// A row of known attributes, or one whose binary form alone says what its fields are.
    private static func record(
        _ bytes: Slice,
        _ attributes: [PostgresType.Attribute]?,
        _ format: FormatCode,
        depth: Int
    ) throws(WireError) -> PostgresRecord<PostgresValue> {
        var record: PostgresRecord<Slice>
        var types = attributes?.map(\.type)
        switch format {
        case .text:
            var reader = TextReader(bytes)
            record = try .decode(from: &reader)
            try reader.expectEnd()
            if attributes?.isEmpty == true, record.fields == [nil] { record = PostgresRecord([]) }
        case .binary:
            var reader = ByteReader(bytes)
            let (decoded, sentTypes) = try PostgresRecord.decode(from: &reader)
            try reader.expectEnd("value")
            record = decoded
            types = types ?? sentTypes.map { PostgresType.builtIn($0) ?? .unknown($0) }
            guard types?.map(\.oid) == sentTypes else {
                throw WireError(.invalidValue("the fields are of other types"), field: "field type", offset: 4)
            }
        }
        guard types.map({ $0.count == record.fields.count }) ?? true else {
            throw WireError(.invalidValue("the row has another count of fields"), field: "record", offset: 0)
        }
        var fields: [PostgresValue?] = []
        for (index, field) in record.fields.enumerated() {
            // Without a description, a field in text form is text.
            let type = types?[index] ?? .unknown(.unspecified)
            guard let field else {
                fields.append(nil)
                continue
            }
            fields.append(try decode(field, as: type, format, depth: depth + 1))
        }
        return PostgresRecord(fields)
    }
}
