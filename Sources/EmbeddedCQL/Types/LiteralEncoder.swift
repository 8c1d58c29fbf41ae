import CQLWire
import WireKit

/// Turns constants of a statement into the bytes of the column's type.
enum LiteralEncoder {
    /// The value of the constant `term` for the column called `name` (for errors), or nil for null.
    ///
    /// - Throws: `StatementError` (invalid) when the constant is no value of the type.
    static func encode(_ term: Term, as type: ColumnType, for name: String) throws(StatementError) -> [UInt8]? {
        if term == .null { return nil }
        switch type {
        case .frozen(let inner): return try encode(term, as: inner, for: name)
        case .list(let element): return try list(term, element, type, name)
        case .set(let element): return try set(term, element, type, name)
        case .map(let key, let value): return try map(term, key, value, type, name)
        case .tuple(let elements): return try tuple(term, elements, type, name)
        case .userDefined(let definition): return try fields(term, definition, type, name)
        default:
            guard let bytes = try scalar(term, type) else { throw mismatch(term, type, name) }
            return bytes
        }
    }

    static func mismatch(_ term: Term, _ type: ColumnType, _ name: String) -> StatementError {
        switch term {
        case .list, .set, .map, .tuple, .fields, .function, .marker:
            .invalid("Invalid \(term.constantKind) literal for \(name) of type \(type)")
        default: .invalid("Invalid \(term.constantKind) constant (\(term.text)) for \"\(name)\" of type \(type)")
        }
    }

    /// Nil when constants of that kind are never values of the type.
    private static func scalar(_ term: Term, _ type: ColumnType) throws(StatementError) -> [UInt8]? {
        switch (type, term) {
        case (.ascii, .string(let text)):
            guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
                throw .invalid("Invalid ASCII character in string literal")
            }
            return Array(text.utf8)
        case (.text, .string(let text)): return Array(text.utf8)
        case (.blob, .blob(let digits)): return try blob(digits)
        case (.boolean, .boolean(let value)): return [value ? 1 : 0]
        case (.tinyint, .integer(let digits)): return try integer(digits, Int8.self, "byte")
        case (.smallint, .integer(let digits)): return try integer(digits, Int16.self, "short")
        case (.int, .integer(let digits)): return try integer(digits, Int32.self, "int")
        case (.bigint, .integer(let digits)): return try integer(digits, Int64.self, "long")
        case (.varint, .integer(let digits)): return CQLVarint(digits)?.bytes
        case (.decimal, .integer(let text)), (.decimal, .float(let text)):
            return CQLDecimal(text).map { decimal in encoded { decimal.encode(into: &$0) } }
        case (.float, .integer(let text)), (.float, .float(let text)):
            return Float(text).map { bigEndian($0.bitPattern) }
        case (.double, .integer(let text)), (.double, .float(let text)):
            return Double(text).map { bigEndian($0.bitPattern) }
        case (.uuid, .uuid(let text)): return CQLUUID(text).map(bytes)
        case (.timeuuid, .uuid(let text)): return CQLUUID(text).flatMap { $0.version == 1 ? bytes($0) : nil }
        case (.inet, .string(let text)):
            guard let address = CQLInet(text) else {
                throw .invalid("Unable to make inet address from '\(text)'")
            }
            return address.bytes
        case (.timestamp, .integer(let digits)): return try integer(digits, Int64.self, "long")
        case (.timestamp, .string(let text)):
            guard let milliseconds = TemporalText.milliseconds(text) else {
                throw .invalid("Unable to parse a date/time from '\(text)'")
            }
            return bigEndian(milliseconds)
        case (.date, .integer(let digits)): return UInt32(digits).map(bigEndian)
        case (.date, .string(let text)):
            guard let days = TemporalText.days(text) else {
                throw .invalid("Unable to coerce '\(text)' to a formatted date")
            }
            // The middle of the range is 1970-01-01.
            return bigEndian(UInt32(bitPattern: days) ^ 0x8000_0000)
        case (.time, .integer(let digits)): return try integer(digits, Int64.self, "long")
        case (.time, .string(let text)):
            guard let nanoseconds = TemporalText.nanoseconds(text) else {
                throw .invalid("Unable to coerce '\(text)' to a formatted time (long)")
            }
            return bigEndian(nanoseconds)
        case (.duration, .duration(let text)):
            guard let value = DurationText.parse(text) else {
                throw .invalid("Unable to convert '\(text)' to a duration")
            }
            return encoded { value.encode(into: &$0) }
        default: return nil
        }
    }
}

// MARK: - Numbers

extension LiteralEncoder {
    static func bigEndian<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    static func bytes(_ uuid: CQLUUID) -> [UInt8] { bigEndian(uuid.high) + bigEndian(uuid.low) }

    private static func integer<T: FixedWidthInteger>(
        _ digits: String,
        _ type: T.Type,
        _ name: String
    ) throws(StatementError) -> [UInt8] {
        guard let value = T(digits) else { throw .invalid("Unable to make \(name) from '\(digits)'") }
        return bigEndian(value)
    }

    private static func blob(_ digits: String) throws(StatementError) -> [UInt8] {
        let nibbles = digits.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard nibbles.count.isMultiple(of: 2), nibbles.count == digits.utf8.count else {
            throw .invalid("An hex string representing bytes must have an even length")
        }
        return stride(from: 0, to: nibbles.count, by: 2).map { UInt8(nibbles[$0] << 4 | nibbles[$0 + 1]) }
    }

    private static func encoded(_ body: (inout ByteWriter) -> Void) -> [UInt8] {
        var writer = ByteWriter()
        body(&writer)
        return writer.bytes
    }
}

// MARK: - Collections

extension LiteralEncoder {
    private static func list(
        _ term: Term,
        _ element: ColumnType,
        _ type: ColumnType,
        _ name: String
    ) throws(StatementError) -> [UInt8] {
        guard case .list(let terms) = term else { throw mismatch(term, type, name) }
        return try collection(try parts(terms, element, name), count: terms.count)
    }

    /// A set is stored sorted, each element once.
    private static func set(
        _ term: Term,
        _ element: ColumnType,
        _ type: ColumnType,
        _ name: String
    ) throws(StatementError) -> [UInt8] {
        guard case .set(let terms) = term else { throw mismatch(term, type, name) }
        return try set(of: try parts(terms, element, name), element)
    }

    /// - Throws: `StatementError` (invalid) when the set would be too large.
    static func set(of parts: [[UInt8]], _ element: ColumnType) throws(StatementError) -> [UInt8] {
        var sorted: [[UInt8]] = []
        for part in parts.sorted(by: { precedes(element, $0, $1) }) where part != sorted.last { sorted.append(part) }
        return try collection(sorted, count: sorted.count)
    }

    /// A map is stored sorted by key; of equal keys the last counts.
    private static func map(
        _ term: Term,
        _ key: ColumnType,
        _ value: ColumnType,
        _ type: ColumnType,
        _ name: String
    ) throws(StatementError) -> [UInt8] {
        var entries: [Term.Entry] = []
        switch term {
        case .map(let all): entries = all
        case .set([]): break
        default: throw mismatch(term, type, name)
        }
        let keys = try parts(entries.map(\.key), key, name)
        let values = try parts(entries.map(\.value), value, name)
        return try map(of: keys, values, key)
    }

    /// - Throws: `StatementError` (invalid) when the map would be too large.
    static func map(of keys: [[UInt8]], _ values: [[UInt8]], _ key: ColumnType) throws(StatementError) -> [UInt8] {
        var byKey: [[UInt8]: [UInt8]] = [:]
        for (key, value) in zip(keys, values) { byKey[key] = value }
        let sorted = byKey.sorted { precedes(key, $0.key, $1.key) }
        return try collection(sorted.flatMap { [$0.key, $0.value] }, count: sorted.count)
    }

    private static func tuple(
        _ term: Term,
        _ elements: [ColumnType],
        _ type: ColumnType,
        _ name: String
    ) throws(StatementError) -> [UInt8] {
        guard case .tuple(let terms) = term, terms.count <= elements.count else { throw mismatch(term, type, name) }
        var writer = ByteWriter()
        for (term, element) in zip(terms, elements) {
            try append(try encode(term, as: element, for: name), to: &writer)
        }
        return writer.bytes
    }

    private static func fields(
        _ term: Term,
        _ definition: UserDefinedType,
        _ type: ColumnType,
        _ name: String
    ) throws(StatementError) -> [UInt8] {
        guard case .fields(let fields) = term else { throw mismatch(term, type, name) }
        try checkFields(fields, of: definition, name)
        var writer = ByteWriter()
        for field in definition.fields {
            let value = fields.last { $0.name == field.name }?.value ?? .null
            try append(try encode(value, as: field.type, for: name), to: &writer)
        }
        return writer.bytes
    }

    /// - Throws: `StatementError` (invalid) for a field that the type has not.
    static func checkFields(
        _ fields: [Term.Field],
        of definition: UserDefinedType,
        _ name: String
    ) throws(StatementError) {
        for field in fields where !definition.fields.contains(where: { $0.name == field.name }) {
            throw .invalid("Unknown field '\(field.name)' in value of user defined type \(definition.name)")
        }
    }

    private static func parts(
        _ terms: [Term],
        _ type: ColumnType,
        _ name: String
    ) throws(StatementError) -> [[UInt8]] {
        var parts: [[UInt8]] = []
        for term in terms {
            guard let part = try encode(term, as: type, for: name) else {
                throw .invalid("null is not supported inside collections")
            }
            parts.append(part)
        }
        return parts
    }

    private static func precedes(_ type: ColumnType, _ left: [UInt8], _ right: [UInt8]) -> Bool {
        ValueOrder.compare(type, left, left.indices, right, right.indices) == .ascending
    }

    static func collection(_ parts: [[UInt8]], count: Int) throws(StatementError) -> [UInt8] {
        var writer = ByteWriter()
        guard let count = Int32(exactly: count) else { throw .invalid("The collection is too large") }
        writer.writeInteger(count)
        for part in parts { try append(part, to: &writer) }
        return writer.bytes
    }

    private static func append(_ part: [UInt8]?, to writer: inout ByteWriter) throws(StatementError) {
        guard let length = Int32(exactly: part?.count ?? -1) else { throw .invalid("The value is too large") }
        writer.writeInteger(length)
        writer.writeBytes(part ?? [])
    }
}
