import CQLWire

/// Durations such as `1y2mo3h`.
enum DurationText {
    /// Nil for a text that is no duration, or one whose parts do not fit.
    static func parse(_ text: String) -> CQLDuration? {
        var scanner = TextScanner(text.lowercased())
        let isNegative = scanner.accept("-")
        var months: Int64 = 0
        var days: Int64 = 0
        var nanoseconds: Int64 = 0
        repeat {
            guard let number = scanner.number(digits: 1...18) else { return nil }
            let value = Int64(number)
            let fits =
                switch scanner.word() {
                case "y": add(value, 12, to: &months)
                case "mo": add(value, 1, to: &months)
                case "w": add(value, 7, to: &days)
                case "d": add(value, 1, to: &days)
                case "h": add(value, 3_600_000_000_000, to: &nanoseconds)
                case "m": add(value, 60_000_000_000, to: &nanoseconds)
                case "s": add(value, 1_000_000_000, to: &nanoseconds)
                case "ms": add(value, 1_000_000, to: &nanoseconds)
                case "us", "µs": add(value, 1000, to: &nanoseconds)
                case "ns": add(value, 1, to: &nanoseconds)
                default: false
                }
            guard fits else { return nil }
        } while !scanner.isAtEnd
        let sign: Int64 = isNegative ? -1 : 1
        guard let months = Int32(exactly: months * sign), let days = Int32(exactly: days * sign) else { return nil }
        return CQLDuration(months: months, days: days, nanoseconds: nanoseconds * sign)
    }

    private static func add(_ value: Int64, _ unit: Int64, to total: inout Int64) -> Bool {
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
