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

extension PostgresTime: PostgresScalar {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let at = reader.offset
        let microseconds = try reader.readInteger("time", as: Int64.self)
        guard (0...microsecondsPerDay).contains(microseconds) else {
            throw WireError(.invalidValue("a time is between 00:00:00 and 24:00:00"), field: "time", offset: at)
        }
        return Self(rawValue: microseconds)
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        let hour = try reader.readDigits(2...2)
        try reader.expect(":")
        let minute = try reader.readDigits(2...2)
        try reader.expect(":")
        let second = try reader.readDigits(2...2)
        let fraction = try Digits.readFraction(from: &reader)
        let time = Self(rawValue: Int64(((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction))
        guard minute < 60, second < 60, time.rawValue <= microsecondsPerDay else {
            throw reader.error("a time is between 00:00:00 and 24:00:00")
        }
        return time
    }

    package func encode(into writer: inout ByteWriter) { writer.writeInteger(rawValue) }

    package var postgresText: String {
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

    /// - Parameters:
    ///   - time: the local time.
    ///   - secondsWest: less than 16 hours.
    package init(time: PostgresTime, secondsWest: Int32) {
        self.time = time
        self.secondsWest = secondsWest
    }
}

extension PostgresTimeTZ: PostgresScalar {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let time = try PostgresTime.decode(from: &reader)
        let at = reader.offset
        let secondsWest = try reader.readInteger("time zone", as: Int32.self)
        guard ZoneOffset.range.contains(-Int(secondsWest)) else {
            throw WireError(.invalidValue("a zone is less than 16 hours away"), field: "time zone", offset: at)
        }
        return Self(time: time, secondsWest: secondsWest)
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        let time = try PostgresTime.decode(from: &reader)
        return Self(time: time, secondsWest: Int32(-(try ZoneOffset.decode(from: &reader))))
    }

    package func encode(into writer: inout ByteWriter) {
        time.encode(into: &writer)
        writer.writeInteger(secondsWest)
    }

    package var postgresText: String { time.postgresText + ZoneOffset.text(secondsEast: -Int(secondsWest)) }
}

/// A zone as the seconds it is east of Greenwich: `+HH`, `+HH:MM` or `+HH:MM:SS`.
enum ZoneOffset {
    /// Less than 16 hours (`src/include/datatype/timestamp.h`, TZDISP_LIMIT).
    static let range = -57_599...57_599

    /// Reads an offset.
    ///
    /// - Throws: `WireError` when something else comes next.
    static func decode(from reader: inout TextReader) throws(WireError) -> Int {
        let isWest = reader.skip("-")
        if !isWest { try reader.expect("+") }
        var seconds = try reader.readDigits(2...2) * 3600
        if reader.skip(":") { seconds += try reader.readDigits(2...2) * 60 }
        if reader.skip(":") { seconds += try reader.readDigits(2...2) }
        guard range.contains(seconds) else { throw reader.error("a zone is less than 16 hours away") }
        return isWest ? -seconds : seconds
    }

    static func text(secondsEast: Int) -> String {
        let offset = abs(secondsEast)
        let (hour, minute, second) = (offset / 3600, offset / 60 % 60, offset % 60)
        var zone = (secondsEast < 0 ? "-" : "+") + Digits.padded(hour, 2)
        if minute != 0 || second != 0 { zone += ":" + Digits.padded(minute, 2) }
        if second != 0 { zone += ":" + Digits.padded(second, 2) }
        return zone
    }
}
