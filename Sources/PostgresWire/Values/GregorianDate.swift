/// A day of the proleptic Gregorian calendar, from a count of days since 2000-01-01.
///
/// Algorithm: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", with years starting in March. Counts of
/// 64 bits are accepted as long as they come from microseconds or 32-bit days, which cannot overflow here.
struct GregorianDate: Equatable, Sendable {
    /// Astronomical year: 0 is 1 BC.
    let year: Int
    let month: Int
    let day: Int

    init(daysSince2000 days: Int) {
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

    /// `YYYY-MM-DD` with at least four digits for the year, which counts from 1 in either era.
    var text: String {
        let shown = year > 0 ? year : 1 - year
        return "\(Digits.padded(shown, 4))-\(Digits.padded(month, 2))-\(Digits.padded(day, 2))"
    }

    /// What follows the whole value: ` BC` for years before 1.
    var eraSuffix: String { year > 0 ? "" : " BC" }
}

/// Decimal digits with leading zeros.
enum Digits {
    static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    /// A fraction of a second from microseconds, with its point and without trailing zeros; empty when zero.
    static func fraction(_ microseconds: Int) -> String {
        guard microseconds != 0 else { return "" }
        var digits = padded(microseconds, 6)
        while digits.hasSuffix("0") { digits.removeLast() }
        return "." + digits
    }
}
