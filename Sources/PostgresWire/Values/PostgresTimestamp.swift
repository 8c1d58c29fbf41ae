package import WireKit

/// `timestamp` and `timestamptz`: microseconds since 2000-01-01 00:00:00, or ±infinity.
///
/// PostgreSQL source, `src/backend/utils/adt/timestamp.c`, timestamp_send and timestamp_out.
package struct PostgresTimestamp: RawRepresentable, Hashable, Sendable {
    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    package static let infinity = Self(rawValue: .max)
    package static let negativeInfinity = Self(rawValue: .min)

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
        return "\(date.text) \(PostgresTime(rawValue: microseconds).text)\(zone)\(date.eraSuffix)"
    }
}

extension PostgresTimestamp: PostgresBinaryValue {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(rawValue: try reader.readInteger("timestamp", as: Int64.self))
    }

    package var text: String { text(zone: "") }
}

/// `timestamptz`, written in UTC.
struct PostgresTimestampTZ: Hashable, Sendable, PostgresBinaryValue {
    let timestamp: PostgresTimestamp

    static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(timestamp: try .decode(from: &reader))
    }

    var text: String { timestamp.text(zone: "+00") }
}
