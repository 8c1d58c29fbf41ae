import WireKit

/// The text forms of an interval, read into wide sums.
struct IntervalParser {
    /// Wide enough for the products of any fields that are read.
    private var months: Int128 = 0
    private var days: Int128 = 0
    private var microseconds: Int128 = 0

    /// What was read.
    ///
    /// - Throws: `WireError` when a field does not fit.
    func interval(_ reader: TextReader) throws(WireError) -> PostgresInterval {
        guard let microseconds = Int64(exactly: microseconds), let days = Int32(exactly: days),
            let months = Int32(exactly: months)
        else { throw reader.error("a field of the interval is beyond its range") }
        return PostgresInterval(microseconds: microseconds, days: days, months: months)
    }

    /// Styles postgres (`1 year -2 mons +3 days 04:05:06`) and sql_standard (`+1-2 -3 +4:05:06`).
    mutating func parsePostgresOrSQL(_ reader: inout TextReader) throws(WireError) {
        // In sql_standard, one sign before days and time is of both.
        var inherited: Int128 = 1
        while true {
            let sign = Self.readSign(&reader)
            let number = Int128(try reader.readDigits(1...10))
            if reader.next == UInt8(ascii: ":") {
                try addTime(hours: number, sign: sign ?? inherited, &reader)
                return
            } else if reader.skip("-") {
                months += (sign ?? 1) * (number * 12 + Int128(try reader.readDigits(1...2)))
            } else if let next = reader.rest.dropFirst().first, isDigit(next) || Self.isSign(next) {
                days += (sign ?? 1) * number
                inherited = sign ?? 1
            } else if reader.skip(" ") {
                try add((sign ?? 1) * number, unitFrom: &reader)
            } else if number != 0 {
                throw reader.error("a number of an interval has a unit")
            }
            guard reader.skip(" ") else { return }
        }
    }

    /// Style postgres_verbose: `@ 1 year -2 mons 4 hours 6.789 secs ago`.
    mutating func parseVerbose(_ reader: inout TextReader) throws(WireError) {
        try reader.expect(" ")
        while true {
            if reader.skip("ago") {
                (months, days, microseconds) = (-months, -days, -microseconds)
                return
            }
            let sign = Self.readSign(&reader) ?? 1
            let number = Int128(try reader.readDigits(1...10))
            let fraction = Int128(try Digits.readFraction(from: &reader))
            if reader.skip(" ") {
                if fraction != 0 || reader.rest.starts(with: "sec".utf8) {
                    try reader.expect("sec")
                    _ = reader.skip("s")
                    microseconds += sign * (number * 1_000_000 + fraction)
                } else {
                    try add(sign * number, unitFrom: &reader)
                }
            } else if number != 0 || fraction != 0 {
                throw reader.error("a number of an interval has a unit")
            }
            guard reader.skip(" ") else { return }
        }
    }

    /// Style iso_8601, behind its P: `1Y-2M3DT4H5M6.789S`.
    mutating func parseISO8601(_ reader: inout TextReader) throws(WireError) {
        var isTime = false
        repeat {
            if !isTime, reader.skip("T") { isTime = true }
            let sign = Self.readSign(&reader) ?? 1
            let number = sign * Int128(try reader.readDigits(1...10))
            let fraction = sign * Int128(try Digits.readFraction(from: &reader))
            switch (reader.pop(), isTime) {
            case (UInt8(ascii: "S"), true): microseconds += number * 1_000_000 + fraction
            case (UInt8(ascii: "Y"), false) where fraction == 0: months += number * 12
            case (UInt8(ascii: "M"), false) where fraction == 0: months += number
            case (UInt8(ascii: "D"), false) where fraction == 0: days += number
            case (UInt8(ascii: "H"), true) where fraction == 0: microseconds += number * 3_600_000_000
            case (UInt8(ascii: "M"), true) where fraction == 0: microseconds += number * 60_000_000
            default: throw reader.error("a field of an ISO 8601 duration ends with its letter")
            }
        } while !reader.isAtEnd
    }

    private mutating func add(_ number: Int128, unitFrom reader: inout TextReader) throws(WireError) {
        if reader.skip("year") {
            months += number * 12
        } else if reader.skip("mon") {
            months += number
        } else if reader.skip("day") {
            days += number
        } else if reader.skip("hour") {
            microseconds += number * 3_600_000_000
        } else if reader.skip("min") {
            microseconds += number * 60_000_000
        } else {
            throw reader.error("an interval counts years, mons, days, hours, mins and secs")
        }
        _ = reader.skip("s")
    }

    /// `:MM:SS.ffffff` behind the hours.
    private mutating func addTime(hours: Int128, sign: Int128, _ reader: inout TextReader) throws(WireError) {
        try reader.expect(":")
        let minutes = try reader.readDigits(2...2)
        try reader.expect(":")
        let seconds = try reader.readDigits(2...2)
        let fraction = try Digits.readFraction(from: &reader)
        guard minutes < 60, seconds < 60 else { throw reader.error("minutes and seconds are below 60") }
        microseconds += sign * (hours * 3_600_000_000 + Int128((minutes * 60 + seconds) * 1_000_000 + fraction))
    }

    private static func isSign(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") }

    private static func readSign(_ reader: inout TextReader) -> Int128? {
        if reader.skip("-") { return -1 }
        return reader.skip("+") ? 1 : nil
    }
}
