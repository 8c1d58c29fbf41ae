/// Dates and times as CQL writes them in quotes.
enum TemporalText {
    /// Days of the proleptic Gregorian calendar from 1970-01-01; nil for a day that no calendar has.
    static func days(year: Int, month: Int, day: Int) -> Int? {
        let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...12).contains(month), (1...lengths[month - 1]).contains(day) else { return nil }
        // Years that begin in March put the leap day at their end.
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// A CQL date: days with 1970-01-01 in the middle of the range.
    static func date(_ text: String) -> UInt32? {
        var scanner = TextScanner(text)
        guard let days = calendarDay(&scanner), scanner.isAtEnd else { return nil }
        return UInt32(exactly: days + 0x8000_0000)
    }

    /// Nanoseconds of `hh:mm:ss[.fffffffff]`.
    static func time(_ text: String) -> Int64? {
        var scanner = TextScanner(text)
        guard let nanoseconds = clock(&scanner, requiresSeconds: true), scanner.isAtEnd else { return nil }
        return nanoseconds
    }

    /// Milliseconds of `yyyy-mm-dd[( |T)hh:mm[:ss[.fff]]][ ][Z|±hh[:]mm]`; without a zone it is UTC.
    static func timestamp(_ text: String) -> Int64? {
        if let milliseconds = Int64(text) { return milliseconds }
        var scanner = TextScanner(text)
        guard let days = calendarDay(&scanner) else { return nil }
        var nanoseconds: Int64 = 0
        if scanner.accept(" ") || scanner.accept("T") {
            guard let time = clock(&scanner, requiresSeconds: false) else { return nil }
            nanoseconds = time
        }
        _ = scanner.accept(" ")
        guard let offset = zone(&scanner), scanner.isAtEnd else { return nil }
        return Int64(days) * 86_400_000 + nanoseconds / 1_000_000 - offset * 60_000
    }

    private static func calendarDay(_ scanner: inout TextScanner) -> Int? {
        let isNegative = scanner.accept("-")
        guard let year = scanner.number(digits: 1...7), scanner.accept("-"),
            let month = scanner.number(digits: 1...2), scanner.accept("-"),
            let day = scanner.number(digits: 1...2)
        else { return nil }
        return days(year: isNegative ? -year : year, month: month, day: day)
    }

    private static func clock(_ scanner: inout TextScanner, requiresSeconds: Bool) -> Int64? {
        guard let hour = scanner.number(digits: 1...2), hour < 24, scanner.accept(":"),
            let minute = scanner.number(digits: 1...2), minute < 60
        else { return nil }
        var nanoseconds = Int64(hour * 3600 + minute * 60) * 1_000_000_000
        guard scanner.accept(":") else { return requiresSeconds ? nil : nanoseconds }
        guard let second = scanner.number(digits: 1...2), second < 60 else { return nil }
        nanoseconds += Int64(second) * 1_000_000_000
        guard scanner.accept(".") else { return nanoseconds }
        let start = scanner.offset
        guard var fraction = scanner.number(digits: 1...9) else { return nil }
        for _ in (scanner.offset - start)..<9 { fraction *= 10 }
        return nanoseconds + Int64(fraction)
    }

    /// Minutes east of Greenwich; nil when something else stands there.
    private static func zone(_ scanner: inout TextScanner) -> Int64? {
        if scanner.isAtEnd || scanner.accept("Z") { return 0 }
        let isWest = scanner.accept("-")
        guard isWest || scanner.accept("+"), let hours = scanner.number(digits: 2...2), hours < 24 else { return nil }
        _ = scanner.accept(":")
        let minutes = scanner.isAtEnd ? 0 : scanner.number(digits: 2...2)
        guard let minutes, minutes < 60 else { return nil }
        return Int64(hours * 60 + minutes) * (isWest ? -1 : 1)
    }
}

/// A cursor over ASCII text.
struct TextScanner {
    private let text: [UInt8]
    private(set) var offset = 0

    init(_ text: String) {
        self.text = Array(text.utf8)
    }

    var isAtEnd: Bool { offset == text.count }

    mutating func accept(_ character: Unicode.Scalar) -> Bool {
        guard offset < text.count, UInt32(text[offset]) == character.value else { return false }
        offset += 1
        return true
    }

    /// A number of as many digits as `digits` allows; at most eighteen, so that it fits.
    mutating func number(digits: ClosedRange<Int>) -> Int? {
        var value = 0
        var count = 0
        while count < min(digits.upperBound, 18), offset < text.count,
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[offset])
        {
            value = value * 10 + Int(text[offset] - UInt8(ascii: "0"))
            offset += 1
            count += 1
        }
        return count >= digits.lowerBound ? value : nil
    }

    /// The letters (and bytes beyond ASCII) that follow.
    mutating func word() -> String {
        let start = offset
        while offset < text.count,
            text[offset] >= 0x80 || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(text[offset] | 0x20)
        {
            offset += 1
        }
        return String(decoding: text[start..<offset], as: UTF8.self)
    }
}
