import CQLWire
import WireKit

/// The conversions of `CAST`.
enum CastFunction {
    private static let numbers: Set<ColumnType> = [
        .tinyint, .smallint, .int, .bigint, .float, .double, .varint, .decimal,
    ]
    private static let others: Set<ColumnType> = [
        .ascii, .text, .boolean, .timestamp, .date, .time, .timeuuid, .uuid, .inet,
    ]

    static func isPossible(from source: ColumnType, to target: ColumnType) -> Bool {
        if source == target { return true }
        switch target {
        case .text, .ascii: return numbers.contains(source) || others.contains(source)
        case .timestamp: return source == .timeuuid || source == .date
        case .date: return source == .timeuuid || source == .timestamp
        default: return numbers.contains(source) && numbers.contains(target)
        }
    }

    /// Converts a value that is not empty.
    ///
    /// - Throws: `StatementError` (invalid) for a number that the target has no place for.
    static func cast(
        _ bytes: [UInt8],
        from source: ColumnType,
        to target: ColumnType
    ) throws(StatementError) -> [UInt8]? {
        if source == target { return bytes }
        switch target {
        case .text, .ascii: return text(bytes, source).map { Array($0.utf8) }
        case .timestamp, .date:
            let name = target == .date ? "todate" : "totimestamp"
            let function = ScalarFunction.overloads(of: name).first { $0.parameters == [source] }
            let environment = RunEnvironment(now: 0) { CQLUUID(high: 0, low: 0) }
            return try function?([bytes], environment)
        case .float, .double:
            guard let number = Double(text(bytes, source) ?? "") else { return nil }
            if target == .double { return LiteralEncoder.bigEndian(number.bitPattern) }
            return LiteralEncoder.bigEndian(Float(number).bitPattern)
        case .decimal:
            guard let decimal = CQLDecimal(text(bytes, source) ?? "") else {
                throw .invalid("A number that is not finite cannot be cast to decimal")
            }
            var writer = ByteWriter()
            decimal.encode(into: &writer)
            return writer.bytes
        default: return integer(bytes, source, target)
        }
    }

    /// A number as text, or any other value as its constant without quotes.
    private static func text(_ bytes: [UInt8], _ type: ColumnType) -> String? {
        guard let value = try? CQLValue.decode(bytes[...], as: type) else { return nil }
        let literal = value.literal
        guard literal.hasPrefix("'"), literal.hasSuffix("'"), literal.utf8.count >= 2 else { return literal }
        if type == .text || type == .ascii { return String(decoding: bytes, as: UTF8.self) }
        return String(literal.dropFirst().dropLast())
    }

    /// Fractions are cut off, and what is too large loses its upper bits, as on the reference server.
    private static func integer(_ bytes: [UInt8], _ source: ColumnType, _ target: ColumnType) -> [UInt8]? {
        var whole: CQLVarint?
        switch source {
        case .float, .double:
            guard let number = Double(text(bytes, source) ?? ""), !number.isNaN else {
                return target == .varint ? nil : fixed(CQLVarint(Int64(0)), target)
            }
            let limit = number < 0 ? Int64.min : .max
            whole = CQLVarint(Int64(exactly: number.rounded(.towardZero)) ?? limit)
        case .decimal: whole = BigNumber(decimal: bytes)?.truncated.flatMap { CQLVarint($0) }
        case .varint: whole = CQLVarint(twosComplement: bytes)
        default: whole = CQLVarint(twosComplement: bytes)
        }
        guard let whole else { return nil }
        return target == .varint ? whole.bytes : fixed(whole, target)
    }

    private static func fixed(_ number: CQLVarint, _ target: ColumnType) -> [UInt8] {
        let width = [ColumnType.tinyint: 1, .smallint: 2, .int: 4][target] ?? 8
        let fill: UInt8 = number.isNegative ? 0xFF : 0
        return ([UInt8](repeating: fill, count: width) + number.bytes).suffix(width)
    }
}
