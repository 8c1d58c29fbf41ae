/// Values as constants of CQL.
extension CQLValue {
    /// The constant that a statement would hold, exact: a date or time that its text form cannot say is a number.
    ///
    /// `empty` has no constant in CQL; it is shown as the word.
    package var literal: String {
        switch self {
        case .ascii(let text), .text(let text): CQLLiteral.string(text)
        case .bigint(let value), .counter(let value): String(value)
        case .blob(let bytes), .custom(let bytes): "0x" + bytes.hexadecimal
        case .boolean(let value): value ? "true" : "false"
        case .date(let days): Self.dateLiteral(days)
        case .decimal(let value): value.description
        case .double(let value): Self.floatingLiteral(value)
        case .duration(let value): value.description
        case .float(let value): Self.floatingLiteral(value)
        case .inet(let value): CQLLiteral.string(value.description)
        case .int(let value): String(value)
        case .smallint(let value): String(value)
        case .time(let nanoseconds): Self.timeLiteral(nanoseconds)
        case .timestamp(let milliseconds): Self.timestampLiteral(milliseconds)
        case .timeuuid(let value), .uuid(let value): value.description
        case .tinyint(let value): String(value)
        case .varint(let value): value.description
        case .list(let elements): "[" + Self.joined(elements) + "]"
        case .set(let elements): "{" + Self.joined(elements) + "}"
        case .map(let entries):
            "{" + entries.map { Self.literal($0.key) + ": " + Self.literal($0.value) }.joined(separator: ", ") + "}"
        case .tuple(let elements): "(" + Self.joined(elements) + ")"
        case .userDefined(let fields):
            "{"
                + fields.map { CQLIdentifier.quotedIfNeeded($0.name) + ": " + Self.literal($0.value) }
                .joined(separator: ", ") + "}"
        case .empty: "empty"
        }
    }

    /// The constant of a value or of null.
    package static func literal(_ value: CQLValue?) -> String { value?.literal ?? "null" }

    private static func joined(_ values: [CQLValue?]) -> String {
        values.map { literal($0) }.joined(separator: ", ")
    }

    private static func floatingLiteral(_ value: some BinaryFloatingPoint & LosslessStringConvertible) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        return String(value)
    }

    private static func dateLiteral(_ days: Int32) -> String {
        let date = CivilDate(daysSinceEpoch: Int(days))
        guard (1...9999).contains(date.year) else { return String(UInt32(bitPattern: days) ^ 0x8000_0000) }
        return "'\(date)'"
    }

    private static func timeLiteral(_ nanoseconds: Int64) -> String {
        guard (0..<86_400_000_000_000).contains(nanoseconds) else { return String(nanoseconds) }
        return "'\(clock(seconds: nanoseconds / 1_000_000_000)).\((nanoseconds % 1_000_000_000).padded(to: 9))'"
    }

    private static func timestampLiteral(_ milliseconds: Int64) -> String {
        let (days, rest) = milliseconds.flooredDivision(by: 86_400_000)
        let date = CivilDate(daysSinceEpoch: Int(days))
        guard (1...9999).contains(date.year) else { return String(milliseconds) }
        return "'\(date) \(clock(seconds: rest / 1000)).\((rest % 1000).padded(to: 3))+0000'"
    }

    private static func clock(seconds: Int64) -> String {
        "\((seconds / 3600).padded(to: 2)):\((seconds / 60 % 60).padded(to: 2)):\((seconds % 60).padded(to: 2))"
    }
}

extension Int64 {
    /// Quotient and remainder, the remainder never negative.
    func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
