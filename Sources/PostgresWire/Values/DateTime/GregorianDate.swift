import WireKit

/// A day of the proleptic Gregorian calendar, from a count of days since 2000-01-01.
///
/// Algorithm: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", with years starting in March. Counts of
/// 64 bits are accepted as long as they come from microseconds or 32-bit days, which cannot overflow here.
struct GregorianDate: Equatable, Sendable {
    /// Astronomical year: 0 is 1 BC.
    let year: Int
    let daysSince2000: Int
    let month: Int
    let day: Int

    init(daysSince2000 days: Int) {
        daysSince2000 = days
        // 730425 days lie between 0000-03-01 and 2000-01-01.
        let shifted = days + 730_425
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// A date as it is written; nothing when there is no such day.
    ///
    /// - Parameters:
    ///   - shownYear: counts from 1 in either era.
    ///   - month: from 1.
    ///   - day: from 1.
    ///   - isBC: whether it is before year 1.
    init?(shownYear: Int, month: Int, day: Int, isBC: Bool) {
        guard shownYear >= 1, (1...12).contains(month), (1...31).contains(day) else { return nil }
        let year = isBC ? 1 - shownYear : shownYear
        // Years begin in March, so that the day that comes and goes is their last.
        let marchYear = month <= 2 ? year - 1 : year
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let found = Self(daysSince2000: era * 146_097 + dayOfEra - 730_425)
        // The 31st of a shorter month is another day.
        guard found.month == month, found.day == day else { return nil }
        self = found
    }

    /// `YYYY-MM-DD` with at least four digits for the year, which counts from 1 in either era.
    var text: String {
        let shown = year > 0 ? year : 1 - year
        return "\(Digits.padded(shown, 4))-\(Digits.padded(month, 2))-\(Digits.padded(day, 2))"
    }

    /// What follows the whole value: ` BC` for years before 1.
    var eraSuffix: String { year > 0 ? "" : " BC" }
}

extension GregorianDate {
    /// A date as it is written, before it is known which era it is of.
    struct Written {
        let shownYear: Int
        let month: Int
        let day: Int

        /// Reads `YYYY-MM-DD`.
        ///
        /// - Throws: `WireError` when something else comes next.
        init(from reader: inout TextReader) throws(WireError) {
            shownYear = try reader.readDigits(4...7)
            try reader.expect("-")
            month = try reader.readDigits(2...2)
            try reader.expect("-")
            day = try reader.readDigits(2...2)
        }

        /// Reads the era, which ends a value.
        ///
        /// - Throws: `WireError` when there is no such day.
        func date(eraFrom reader: inout TextReader) throws(WireError) -> GregorianDate {
            let isBC = reader.skip(" BC")
            guard let date = GregorianDate(shownYear: shownYear, month: month, day: day, isBC: isBC) else {
                throw reader.error("there is no such day")
            }
            return date
        }
    }
}

/// Decimal digits with leading zeros.
enum Digits {
    static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    /// Reads a fraction of a second of up to six digits, with its point, as microseconds; 0 when there is none.
    ///
    /// - Throws: `WireError` when there are more digits than that.
    static func readFraction(from reader: inout TextReader) throws(WireError) -> Int {
        guard reader.skip(".") else { return 0 }
        let before = reader.offset
        let value = try reader.readDigits(1...6)
        return [1, 10, 100, 1000, 10_000, 100_000, 1_000_000][6 - (reader.offset - before)] * value
    }

    /// A fraction of a second from microseconds, with its point and without trailing zeros; empty when zero.
    static func fraction(_ microseconds: Int) -> String {
        guard microseconds != 0 else { return "" }
        var digits = padded(microseconds, 6)
        while digits.hasSuffix("0") { digits.removeLast() }
        return "." + digits
    }
}
