import SchemaTranslation

extension ForeignScalar {
    /// Values of the source's type, as SQL, that tell whether the extension carries the type as it should.
    var samples: [String] {
        switch self {
        case .smallint: ["0::smallint", "'-1'::smallint", "258::smallint", "32767::smallint", "'-32768'::smallint"]
        case .integer: ["0", "'-1'::int", "16909060", "2147483647", "'-2147483648'::int"]
        case .bigint: ["0::bigint", "'-1'::bigint", "9223372036854775807", "'-9223372036854775808'::bigint"]
        case .real: ["0::real", "1.5::real", "'-3.4028235e38'::real"]
        case .double: ["0::float8", "0.1::float8", "'-1e300'::float8"]
        case .numeric:
            [
                "0::numeric", "1.28", "'-1.28'::numeric", "327.68", "'-129'::numeric", "1.50", "0.00000000000000000001",
                "12345678901234567890123456789.01", "'-12345678901234567890123456789.01'::numeric",
            ]
        case .boolean: ["true", "false"]
        case .text: ["'a'::text", "'it''s \"quoted\" \\ and %'::text", "'Käse £ 漢 🐘'::text"]
        case .bytea: ["'\\x00'::bytea", "'\\x27ff0080'::bytea"]
        case .date: ["'1970-01-01'::date", "'1969-12-31'::date", "'2024-02-29'::date", "'1583-01-01'::date"]
        case .time: ["'00:00:00'::time", "'23:59:59.999999'::time", "'07:08:09.1'::time"]
        case .milliseconds:
            ["'1970-01-01'::timestamp", "'1969-12-31 23:59:59.999'::timestamp", "'2024-02-29 12:34:56.789'::timestamp"]
        case .uuid: ["'00112233-4455-6677-8899-aabbccddeeff'::uuid", "'f0000000-0000-4000-8000-00000000000f'::uuid"]
        case .inet: ["'192.0.2.1'::inet", "'10.0.0.0'::inet", "'2001:db8::ff'::inet"]
        }
    }

    /// How the copy turns such a value into the target's.
    var conversion: ColumnConversion {
        switch self {
        case .smallint, .integer, .bigint, .real, .double, .boolean, .text, .bytea, .uuid: .identical
        case .numeric: .numeric
        case .date: .date
        case .time: .time
        case .milliseconds: .timestamp
        case .inet: .inet
        }
    }
}

/// A row that tells whether the extension carries a type as it should: SQL expressions of the source's type, and how
/// the copy turns their values into the target's.
struct CarrierSample {
    let key: String
    let value: String
}

extension ForeignCarrier {
    /// What the key of a row of samples is: a list cannot be one.
    var keyCarrier: ForeignCarrier { isList ? ForeignCarrier(.integer) : self }

    var samples: [CarrierSample] {
        guard isList else { return scalar.samples.map { CarrierSample(key: $0, value: $0) } }
        let all = "ARRAY[\(scalar.samples.joined(separator: ", "))]"
        return [CarrierSample(key: "1", value: all), CarrierSample(key: "2", value: "(\(all))[1:0]")]
    }

    /// How the copy turns such a value into the target's.
    var conversion: ColumnConversion { isList ? .array(element: scalar.conversion) : scalar.conversion }
}
