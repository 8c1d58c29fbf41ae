/// Dates and times from the text that CQL accepts for them.
package enum TemporalText {
    /// Days since 1970-01-01 of `[-]YYYY-MM-DD`; nil for anything else, or a day beyond a CQL date.
    package static func days(_ text: some StringProtocol) -> Int32? {
        var scanner = DigitScanner(text)
        guard let date = scanner.takeDate(), scanner.isAtEnd else { return nil }
        return Int32(exactly: date.daysSinceEpoch)
    }

    /// Nanoseconds since midnight of `HH:MM:SS[.fffffffff]`; nil for anything else.
    package static func nanoseconds(_ text: some StringProtocol) -> Int64? {
        var scanner = DigitScanner(text)
        guard let time = scanner.takeTime(secondsRequired: true, fractionDigits: 9), scanner.isAtEnd else { return nil }
        return time
    }

    /// Milliseconds since 1970 of a date, optionally a time of up to milliseconds, optionally a zone; UTC without one.
    package static func milliseconds(_ text: some StringProtocol) -> Int64? {
        var scanner = DigitScanner(text)
        guard let date = scanner.takeDate() else { return nil }
        var nanoseconds: Int64 = 0
        let startsTime = scanner.take(UInt8(ascii: "T")) || scanner.take(UInt8(ascii: "t"))
        if startsTime || scanner.takeSpaceBeforeDigit() {
            guard let time = scanner.takeTime(secondsRequired: false, fractionDigits: 3) else { return nil }
            nanoseconds = time
        }
        guard let zoneMinutes = scanner.takeZone(), scanner.isAtEnd else { return nil }
        let minutes = Int64(date.daysSinceEpoch) * 1440 - zoneMinutes
        return minutes * 60_000 + nanoseconds / 1_000_000
    }
}

/// A cursor over a text of numbers and separators.
private struct DigitScanner {
    private var rest: Substring.UTF8View

    init(_ text: some StringProtocol) {
        rest = Substring(text).utf8
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ byte: UInt8) -> Bool {
        guard rest.first == byte else { return false }
        rest = rest.dropFirst()
        return true
    }

    mutating func takeSpaceBeforeDigit() -> Bool {
        guard rest.first == UInt8(ascii: " "), let next = rest.dropFirst().first, next.isDigit else { return false }
        rest = rest.dropFirst()
        return true
    }

    mutating func takeNumber(_ digitCount: ClosedRange<Int>) -> Int? {
        let digits = rest.prefix { $0.isDigit }
        guard digitCount.contains(digits.count) else { return nil }
        rest = rest.dropFirst(digits.count)
        return Int(Substring(digits))
    }

    mutating func takeDate() -> CivilDate? {
        let isNegative = take(UInt8(ascii: "-"))
        guard let year = takeNumber(4...7), take(UInt8(ascii: "-")), let month = takeNumber(1...2),
            take(UInt8(ascii: "-")), let day = takeNumber(1...2)
        else { return nil }
        return CivilDate(year: isNegative ? -year : year, month: month, day: day)
    }

    /// Nanoseconds since midnight.
    mutating func takeTime(secondsRequired: Bool, fractionDigits: Int) -> Int64? {
        guard let hour = takeNumber(1...2), hour < 24, take(UInt8(ascii: ":")), let minute = takeNumber(1...2),
            minute < 60
        else { return nil }
        var nanoseconds = Int64(hour * 60 + minute) * 60_000_000_000
        guard take(UInt8(ascii: ":")) else { return secondsRequired ? nil : nanoseconds }
        guard let second = takeNumber(1...2), second < 60 else { return nil }
        nanoseconds += Int64(second) * 1_000_000_000
        guard take(UInt8(ascii: ".")) else { return nanoseconds }
        let before = rest.count
        guard var fraction = takeNumber(1...fractionDigits) else { return nil }
        for _ in 0..<9 - (before - rest.count) { fraction *= 10 }
        return nanoseconds + Int64(fraction)
    }

    /// Minutes east of UTC; none is UTC.
    mutating func takeZone() -> Int64? {
        _ = take(UInt8(ascii: " "))
        if isAtEnd || take(UInt8(ascii: "Z")) || take(UInt8(ascii: "z")) { return 0 }
        let isWest = take(UInt8(ascii: "-"))
        guard isWest || take(UInt8(ascii: "+")) else { return nil }
        let digits = rest.prefix { $0.isDigit }
        guard let number = takeNumber(2...4), digits.count != 3 else { return nil }
        var minutes = digits.count == 4 ? number / 100 * 60 + number % 100 : number * 60
        if digits.count == 2, take(UInt8(ascii: ":")) {
            guard let extra = takeNumber(2...2), extra < 60 else { return nil }
            minutes += extra
        }
        guard minutes <= 18 * 60 else { return nil }
        return Int64(isWest ? -minutes : minutes)
    }
}

extension UInt8 {
    /// An ASCII digit.
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
