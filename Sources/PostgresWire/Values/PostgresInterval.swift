package import WireKit

/// `interval`: microseconds, days and months, which PostgreSQL keeps apart.
///
/// PostgreSQL source, `src/backend/utils/adt/timestamp.c`, interval_send; the text is that of IntervalStyle `postgres`
/// (`datetime.c`, EncodeInterval). PostgreSQL 17 added ±infinity: all three fields at their limit.
package struct PostgresInterval: Hashable, Sendable {
    package let microseconds: Int64
    package let days: Int32
    package let months: Int32

    package init(microseconds: Int64, days: Int32, months: Int32) {
        self.microseconds = microseconds
        self.days = days
        self.months = months
    }

    package static let infinity = Self(microseconds: .max, days: .max, months: .max)
    package static let negativeInfinity = Self(microseconds: .min, days: .min, months: .min)
}

extension PostgresInterval: PostgresBinaryValue {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(
            microseconds: try reader.readInteger("interval microseconds", as: Int64.self),
            days: try reader.readInteger("interval days", as: Int32.self),
            months: try reader.readInteger("interval months", as: Int32.self)
        )
    }

    package var text: String {
        if self == .infinity { return "infinity" }
        if self == .negativeInfinity { return "-infinity" }
        var parts: [String] = []
        var isAfterNegative = false
        for (value, unit) in [(Int(months) / 12, "year"), (Int(months) % 12, "mon"), (Int(days), "day")]
        where value != 0 {
            // A positive field behind a negative one carries its sign, so that the text reads back the same.
            parts.append("\(isAfterNegative && value > 0 ? "+" : "")\(value) \(unit)\(value == 1 ? "" : "s")")
            isAfterNegative = value < 0
        }
        if microseconds != 0 || parts.isEmpty {
            parts.append(timeText(isAfterNegative: isAfterNegative))
        }
        return parts.joined(separator: " ")
    }

    private func timeText(isAfterNegative: Bool) -> String {
        let magnitude = microseconds.magnitude
        let seconds = Int(magnitude / 1_000_000)
        let sign = microseconds < 0 ? "-" : isAfterNegative ? "+" : ""
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
        return "\(sign)\(Digits.padded(hour, 2)):\(Digits.padded(minute, 2)):\(Digits.padded(second, 2))"
            + Digits.fraction(Int(magnitude % 1_000_000))
    }
}
