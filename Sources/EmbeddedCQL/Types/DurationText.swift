import CQLWire

/// Durations such as `1y2mo3h`.
enum DurationText {
    /// Reads `-1y2mo3w4d5h6m7s8ms9us10ns` or the ISO 8601 form `-P1Y2M3W4DT5H6M7S`.
    ///
    /// Nil for a text that is no duration, or one whose parts do not fit or come in another order.
    static func parse(_ text: String) -> CQLDuration? {
        var scanner = TextScanner(text.lowercased())
        let sign: Int64 = scanner.accept("-") ? -1 : 1
        var total = Total()
        if scanner.accept("p") {
            guard readISO(&scanner, into: &total) else { return nil }
        } else {
            repeat {
                guard let number = scanner.number(), total.add(number, scanner.word()) else { return nil }
            } while !scanner.isAtEnd
        }
        guard let months = Int32(exactly: total.months * sign), let days = Int32(exactly: total.days * sign) else {
            return nil
        }
        return CQLDuration(months: months, days: days, nanoseconds: total.nanoseconds * sign)
    }

    /// What follows the P; months and minutes share a letter, the T tells them apart.
    private static func readISO(_ scanner: inout TextScanner, into total: inout Total) -> Bool {
        var isTime = false
        repeat {
            if !isTime, scanner.accept("t") { isTime = true }
            guard let number = scanner.number(), let unit = scanner.letter() else { return false }
            guard total.add(number, unit == "m" && !isTime ? "mo" : unit), isTime == "hms".contains(unit) || unit == "m"
            else { return false }
        } while !scanner.isAtEnd
        return true
    }

    private struct Total {
        /// A duration names each unit at most once, the larger ones first.
        private static let order = ["y", "mo", "w", "d", "h", "m", "s", "ms", "us", "ns"]

        var months: Int64 = 0
        var days: Int64 = 0
        var nanoseconds: Int64 = 0
        /// Where the next unit may stand in the order.
        private var nextPlace = 0

        /// False for a unit that there is not or that stands in the wrong place, and for more than fits.
        mutating func add(_ value: Int64, _ name: String) -> Bool {
            let unit = name == "µs" ? "us" : name
            guard let place = Self.order.firstIndex(of: unit), place >= nextPlace else { return false }
            nextPlace = place + 1
            return switch unit {
            case "y": DurationText.add(value, 12, to: &months)
            case "mo": DurationText.add(value, 1, to: &months)
            case "w": DurationText.add(value, 7, to: &days)
            case "d": DurationText.add(value, 1, to: &days)
            case "h": DurationText.add(value, 3_600_000_000_000, to: &nanoseconds)
            case "m": DurationText.add(value, 60_000_000_000, to: &nanoseconds)
            case "s": DurationText.add(value, 1_000_000_000, to: &nanoseconds)
            case "ms": DurationText.add(value, 1_000_000, to: &nanoseconds)
            case "us": DurationText.add(value, 1000, to: &nanoseconds)
            default: DurationText.add(value, 1, to: &nanoseconds)
            }
        }
    }

    fileprivate static func add(_ value: Int64, _ unit: Int64, to total: inout Int64) -> Bool {
        let (product, productOverflows) = value.multipliedReportingOverflow(by: unit)
        let (sum, sumOverflows) = total.addingReportingOverflow(product)
        total = sum
        return !productOverflows && !sumOverflows
    }
}

/// A cursor over ASCII text.
private struct TextScanner {
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

    /// A number of at least one digit that fits.
    mutating func number() -> Int64? {
        let start = offset
        while offset < text.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[offset]) { offset += 1 }
        return Int64(String(decoding: text[start..<offset], as: UTF8.self))
    }

    mutating func letter() -> String? {
        guard offset < text.count, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(text[offset]) else { return nil }
        offset += 1
        return String(UnicodeScalar(text[offset - 1]))
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
