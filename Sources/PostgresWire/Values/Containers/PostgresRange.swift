import WireKit

/// A range of values, empty or between two bounds.
///
/// `Bound` is `PostgresValue`, or a slice of the bytes that a bound is encoded as. PostgreSQL source,
/// `src/backend/utils/adt/rangetypes.c`, range_send and range_out.
package enum PostgresRange<Bound: Hashable & Sendable>: Hashable, Sendable {
    case empty
    case bounds(PostgresRangeBound<Bound>, PostgresRangeBound<Bound>)
}

package enum PostgresRangeBound<Bound: Hashable & Sendable>: Hashable, Sendable {
    case unbounded
    case inclusive(Bound)
    case exclusive(Bound)

    var value: Bound? {
        switch self {
        case .unbounded: nil
        case .inclusive(let value), .exclusive(let value): value
        }
    }

    var isInclusive: Bool {
        if case .inclusive = self { return true }
        return false
    }

    func map<T>(_ transform: (Bound) throws(WireError) -> T) throws(WireError) -> PostgresRangeBound<T> {
        switch self {
        case .unbounded: .unbounded
        case .inclusive(let value): .inclusive(try transform(value))
        case .exclusive(let value): .exclusive(try transform(value))
        }
    }
}

/// What the first byte of the binary form says (`src/include/utils/rangetypes.h`).
private enum RangeFlag {
    static let empty: UInt8 = 0x01
    static let lowerInclusive: UInt8 = 0x02
    static let upperInclusive: UInt8 = 0x04
    static let lowerUnbounded: UInt8 = 0x08
    static let upperUnbounded: UInt8 = 0x10
}

extension PostgresRange<ArraySlice<UInt8>> {
    /// Reads the binary form, with its bounds left as they are; the caller checks that nothing follows.
    ///
    /// - Throws: `WireError` when the flags contradict each other, or a bound is NULL.
    static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let at = reader.offset
        let flags = try reader.readInteger("range flags", as: UInt8.self)
        guard flags != RangeFlag.empty else { return .empty }
        guard flags & ~0x1E == 0, flags & 0x0A != 0x0A, flags & 0x14 != 0x14 else {
            throw WireError(.unknownCode(Int(flags)), field: "range flags", offset: at)
        }
        let lower = try bound(
            from: &reader,
            isUnbounded: flags & RangeFlag.lowerUnbounded != 0,
            isInclusive: flags & RangeFlag.lowerInclusive != 0
        )
        let upper = try bound(
            from: &reader,
            isUnbounded: flags & RangeFlag.upperUnbounded != 0,
            isInclusive: flags & RangeFlag.upperInclusive != 0
        )
        return .bounds(lower, upper)
    }

    private static func bound(
        from reader: inout ByteReader,
        isUnbounded: Bool,
        isInclusive: Bool
    ) throws(WireError) -> PostgresRangeBound<ArraySlice<UInt8>> {
        guard !isUnbounded else { return .unbounded }
        guard let value = try reader.readNullableValue("range bound") else {
            throw reader.error(.invalidValue("a bound is not NULL"), "range bound")
        }
        return isInclusive ? .inclusive(value) : .exclusive(value)
    }

    /// Reads the text form: `empty`, `[1,10)`, `(,"2000-01-01 00:00:00"]`.
    ///
    /// - Throws: `WireError` when the text is no range.
    static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        if reader.skip("empty") { return .empty }
        let isLowerInclusive = reader.skip("[")
        if !isLowerInclusive { try reader.expect("(") }
        let lower = try reader.readField(syntax: QuotedField.rangeSyntax)
        try reader.expect(",")
        let upper = try reader.readField(syntax: QuotedField.rangeSyntax)
        let isUpperInclusive = reader.skip("]")
        if !isUpperInclusive { try reader.expect(")") }
        guard lower != nil || !isLowerInclusive, upper != nil || !isUpperInclusive else {
            throw reader.error("infinity is not in a range")
        }
        return .bounds(
            lower.map { isLowerInclusive ? .inclusive($0) : .exclusive($0) } ?? .unbounded,
            upper.map { isUpperInclusive ? .inclusive($0) : .exclusive($0) } ?? .unbounded
        )
    }
}

extension PostgresRange {
    /// The same range of other bounds.
    ///
    /// - Throws: what `transform` throws.
    func map<T>(_ transform: (Bound) throws(WireError) -> T) throws(WireError) -> PostgresRange<T> {
        switch self {
        case .empty: .empty
        case .bounds(let lower, let upper): .bounds(try lower.map(transform), try upper.map(transform))
        }
    }

    /// Writes the binary form, given that of the bounds.
    ///
    /// - Throws: what `bound` throws.
    func encode(
        into writer: inout ByteWriter,
        _ bound: (Bound, inout ByteWriter) throws(WireError) -> Void
    ) throws(WireError) {
        guard case .bounds(let lower, let upper) = self else { return writer.writeInteger(RangeFlag.empty) }
        var flags: UInt8 = 0
        if lower == .unbounded { flags |= RangeFlag.lowerUnbounded }
        if upper == .unbounded { flags |= RangeFlag.upperUnbounded }
        if lower.isInclusive { flags |= RangeFlag.lowerInclusive }
        if upper.isInclusive { flags |= RangeFlag.upperInclusive }
        writer.writeInteger(flags)
        for case let value? in [lower.value, upper.value] { try writer.writeNullable(value, bound) }
    }

    /// The text form, given that of the bounds.
    ///
    /// - Throws: what `bound` throws.
    func text(_ bound: (Bound) throws(WireError) -> String) throws(WireError) -> String {
        guard case .bounds(let lower, let upper) = self else { return "empty" }
        var text = lower.isInclusive ? "[" : "("
        if let value = lower.value { text += QuotedField.text(try bound(value), syntax: QuotedField.rangeSyntax) }
        text += ","
        if let value = upper.value { text += QuotedField.text(try bound(value), syntax: QuotedField.rangeSyntax) }
        return text + (upper.isInclusive ? "]" : ")")
    }
}

/// A multirange: an `Int32` count and ranges behind a length each, or `{[1,3),[5,9)}`.
///
/// PostgreSQL source, `src/backend/utils/adt/multirangetypes.c`.
enum MultirangeSyntax {
    /// Reads the binary form.
    ///
    /// - Throws: `WireError` when a range is malformed or missing.
    static func decode(from reader: inout ByteReader) throws(WireError) -> [PostgresRange<ArraySlice<UInt8>>] {
        let at = reader.offset
        let count = Int(try reader.readInteger("range count", as: Int32.self))
        guard count >= 0 else { throw WireError(.invalidLength(count), field: "range count", offset: at) }
        var ranges: [PostgresRange<ArraySlice<UInt8>>] = []
        for _ in 0..<count {
            guard let bytes = try reader.readNullableValue("range") else {
                throw reader.error(.invalidValue("a range of a multirange is not NULL"), "range")
            }
            var inner = ByteReader(bytes)
            ranges.append(try .decode(from: &inner))
            try inner.expectEnd("range")
        }
        return ranges
    }

    /// Reads the text form.
    ///
    /// - Throws: `WireError` when the text is no multirange.
    static func decode(from reader: inout TextReader) throws(WireError) -> [PostgresRange<ArraySlice<UInt8>>] {
        var ranges: [PostgresRange<ArraySlice<UInt8>>] = []
        try reader.expect("{")
        if reader.skip("}") { return ranges }
        repeat { ranges.append(try .decode(from: &reader)) } while reader.skip(",")
        try reader.expect("}")
        return ranges
    }
}
