package import WireKit

/// `time`: microseconds since midnight, 24:00:00 included.
///
/// PostgreSQL source, `src/backend/utils/adt/date.c`, time_send and time_out.
package struct PostgresTime: RawRepresentable, Hashable, Sendable {
    /// 24:00:00.
    package static let microsecondsPerDay: Int64 = 86_400_000_000

    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }
}

extension PostgresTime: PostgresBinaryValue {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let at = reader.offset
        let microseconds = try reader.readInteger("time", as: Int64.self)
        guard (0...microsecondsPerDay).contains(microseconds) else {
            throw WireError(.invalidValue("a time is between 00:00:00 and 24:00:00"), field: "time", offset: at)
        }
        return Self(rawValue: microseconds)
    }

    package var text: String {
        let microseconds = Int(rawValue)
        let seconds = microseconds / 1_000_000
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
        return "\(Digits.padded(hour, 2)):\(Digits.padded(minute, 2)):\(Digits.padded(second, 2))"
            + Digits.fraction(microseconds % 1_000_000)
    }
}

/// `time with time zone`: a time and the seconds *west* of Greenwich.
///
/// PostgreSQL source, `src/backend/utils/adt/date.c`, timetz_send and timetz_out.
package struct PostgresTimeTZ: Hashable, Sendable {
    package let time: PostgresTime
    package let secondsWest: Int32
}

extension PostgresTimeTZ: PostgresBinaryValue {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let time = try PostgresTime.decode(from: &reader)
        return Self(time: time, secondsWest: try reader.readInteger("time zone", as: Int32.self))
    }

    package var text: String {
        let offset = Int(secondsWest.magnitude)
        let (hour, minute, second) = (offset / 3600, offset / 60 % 60, offset % 60)
        var zone = (secondsWest > 0 ? "-" : "+") + Digits.padded(hour, 2)
        if minute != 0 || second != 0 { zone += ":" + Digits.padded(minute, 2) }
        if second != 0 { zone += ":" + Digits.padded(second, 2) }
        return time.text + zone
    }
}
