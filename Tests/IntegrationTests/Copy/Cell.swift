import CQLWire

/// A value in a form that both sides can be brought to by means of their own.
///
/// Timestamps are milliseconds since 1970, dates days, times nanoseconds; floating-point numbers and blobs are the
/// hexadecimal digits of their bytes; everything else is as psql prints it.
enum Cell: Hashable, Sendable {
    case null
    case text(String)
    case list([Cell])

    /// A value of psql's JSON: texts, null and arrays of them.
    init(json: Any) {
        switch json {
        case let text as String: self = .text(text)
        case let array as [Any]: self = .list(array.map { Cell(json: $0) })
        default: self = .null
        }
    }

    /// A value of the target.
    init(_ value: CQLValue?) {
        switch value {
        case nil: self = .null
        case .list(let elements): self = .list(elements.map { Cell($0) })
        case .some(let scalar): self = .text(Self.text(of: scalar))
        }
    }

    private static func text(of value: CQLValue) -> String {
        switch value {
        case .text(let text): text
        case .boolean(let isTrue): "\(isTrue)"
        case .smallint(let number): "\(number)"
        case .int(let number): "\(number)"
        case .bigint(let number): "\(number)"
        case .float(let number): hexadecimal(UInt64(number.bitPattern), digitCount: 8)
        case .double(let number): hexadecimal(number.bitPattern, digitCount: 16)
        case .decimal(let number): digits(of: number)
        case .blob(let bytes): bytes.map { hexadecimal(UInt64($0), digitCount: 2) }.joined()
        case .date(let days): "\(days)"
        case .time(let nanoseconds): "\(nanoseconds)"
        case .timestamp(let milliseconds): "\(milliseconds)"
        case .uuid(let uuid): "\(uuid)"
        case .inet(let address): "\(address)"
        default: "unexpected: \(value)"
        }
    }

    /// Plain digits, however many.
    private static func digits(of number: CQLDecimal) -> String {
        let unscaled = "\(number.unscaled)"
        let sign = unscaled.hasPrefix("-") ? "-" : ""
        let digits = String(unscaled.drop { $0 == "-" })
        let scale = Int(number.scale)
        guard scale > 0 else { return digits == "0" ? "0" : sign + digits + String(repeating: "0", count: -scale) }
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        return sign + padded.dropLast(scale) + "." + padded.suffix(scale)
    }

    private static func hexadecimal(_ value: UInt64, digitCount: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digitCount - digits.count)) + digits
    }
}

/// How psql is asked for a value in that form.
enum SourceForm: Sendable {
    case plain, record, float, double, blob, fixedText, timestamp, date, time, inet

    func expression(_ value: String) -> String {
        switch self {
        case .plain, .record: "\(value)::text"
        case .float: "encode(float4send(\(value)), 'hex')"
        case .double: "encode(float8send(\(value)), 'hex')"
        case .blob: "encode(\(value), 'hex')"
        // The cast to text would strip the padding, which the value has.
        case .fixedText: "convert_from(bpcharsend(\(value)), 'UTF8')"
        case .timestamp: "floor(extract(epoch FROM \(value)) * 1000)::bigint::text"
        case .date: "(\(value) - date '1970-01-01')::text"
        case .time: "((extract(epoch FROM \(value)) * 1000000)::bigint * 1000)::text"
        case .inet: "host(\(value))"
        }
    }

    /// The same of every element of an array.
    func arrayExpression(_ value: String) -> String {
        // unnest would make columns of a record's fields.
        if case .record = self { return "to_json(\(value)::text[])" }
        return """
            CASE WHEN \(value) IS NOT NULL THEN coalesce((SELECT json_agg(\(expression("e")) ORDER BY n) \
            FROM unnest(\(value)) WITH ORDINALITY AS u (e, n)), '[]') END
            """
    }
}
