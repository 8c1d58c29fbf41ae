package import WireKit

/// `timestamp`: microseconds since 2000-01-01 00:00:00, from 4714 BC to 294276, or ±infinity.
///
/// PostgreSQL source, `src/backend/utils/adt/timestamp.c`, timestamp_send and timestamp_out.
package struct PostgresTimestamp: RawRepresentable, Hashable, Sendable {
    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    package static let infinity = Self(rawValue: .max)
    package static let negativeInfinity = Self(rawValue: .min)
}

extension PostgresTimestamp: PostgresScalar {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let at = reader.offset
        let timestamp = Self(rawValue: try reader.readInteger("timestamp", as: Int64.self))
        guard timestamp.isInRange else {
            throw WireError(.invalidValue("a timestamp is from 4714 BC to 294276"), field: "timestamp", offset: at)
        }
        return timestamp
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        try decode(from: &reader) { (_) throws(WireError) -> Int in 0 }
    }

    package func encode(into writer: inout ByteWriter) { writer.writeInteger(rawValue) }

    package var postgresText: String { text(zone: "") }
}

/// `timestamptz`: the same count in UTC, in which it is written too.
package struct PostgresTimestampTZ: RawRepresentable, Hashable, Sendable {
    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    package static let infinity = Self(rawValue: .max)
    package static let negativeInfinity = Self(rawValue: .min)
}

extension PostgresTimestampTZ: PostgresScalar {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(rawValue: try PostgresTimestamp.decode(from: &reader).rawValue)
    }

    /// Reads a local time and its offset from UTC.
    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        let timestamp = try PostgresTimestamp.decode(from: &reader) { (reader) throws(WireError) -> Int in
            try ZoneOffset.decode(from: &reader)
        }
        return Self(rawValue: timestamp.rawValue)
    }

    package func encode(into writer: inout ByteWriter) { writer.writeInteger(rawValue) }

    package var postgresText: String { PostgresTimestamp(rawValue: rawValue).text(zone: "+00") }
}

extension PostgresTimestamp {
    /// From 4714-11-24 00:00:00 BC to the last microsecond of 294276 (`src/include/datatype/timestamp.h`).
    private static let range = Int64(-211_813_488_000_000_000)...9_223_371_331_199_999_999

    fileprivate var isInRange: Bool {
        self == .infinity || self == .negativeInfinity || Self.range.contains(rawValue)
    }

    /// Reads the text form with a zone, if the type has one, between the time of day and the era.
    fileprivate static func decode(
        from reader: inout TextReader,
        zone: (inout TextReader) throws(WireError) -> Int
    ) throws(WireError) -> Self {
        if reader.skip("infinity") { return .infinity }
        if reader.skip("-infinity") { return .negativeInfinity }
        let written = try GregorianDate.Written(from: &reader)
        try reader.expect(" ")
        let time = try PostgresTime.decode(from: &reader)
        let secondsEast = try zone(&reader)
        let date = try written.date(eraFrom: &reader)
        let microseconds =
            Int128(date.daysSince2000) * Int128(PostgresTime.microsecondsPerDay) + Int128(time.rawValue)
            - Int128(secondsEast) * 1_000_000
        guard let value = Int64(exactly: microseconds), range.contains(value) else {
            throw reader.error("a timestamp is from 4714 BC to 294276")
        }
        return Self(rawValue: value)
    }

    /// The text with something behind the time of day and before the era.
    fileprivate func text(zone: String) -> String {
        if self == .infinity { return "infinity" }
        if self == .negativeInfinity { return "-infinity" }
        // Floored, so that the time of day is never negative.
        var (days, microseconds) = rawValue.quotientAndRemainder(dividingBy: PostgresTime.microsecondsPerDay)
        if microseconds < 0 {
            days -= 1
            microseconds += PostgresTime.microsecondsPerDay
        }
        let date = GregorianDate(daysSince2000: Int(days))
        return "\(date.text) \(PostgresTime(rawValue: microseconds).postgresText)\(zone)\(date.eraSuffix)"
    }
}
