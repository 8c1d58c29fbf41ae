/// Durations such as `1y2mo3h`, and their three variable-length integers (native protocol v5, section 6.3).
enum DurationText {
    /// Nil for a text that is no duration, or one whose parts do not fit.
    static func encode(_ text: String) -> [UInt8]? {
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
        guard Int32(exactly: months) != nil, Int32(exactly: days) != nil else { return nil }
        let sign: Int64 = isNegative ? -1 : 1
        return [months, days, nanoseconds].flatMap { variableLength($0 * sign) }
    }

    private static func add(_ value: Int64, _ unit: Int64, to total: inout Int64) -> Bool {
        let (product, productOverflows) = value.multipliedReportingOverflow(by: unit)
        let (sum, sumOverflows) = total.addingReportingOverflow(product)
        total = sum
        return !productOverflows && !sumOverflows
    }

    /// Zigzag, then as many leading one bits as bytes follow the first.
    private static func variableLength(_ value: Int64) -> [UInt8] {
        let zigzag = UInt64(bitPattern: value << 1 ^ value >> 63)
        let significantBits = max(1, 64 - zigzag.leadingZeroBitCount)
        let extraBytes = significantBits > 56 ? 8 : (significantBits - 1) / 7
        var bytes = (0...extraBytes).reversed().map { index in
            index < 8 ? UInt8(truncatingIfNeeded: zigzag >> UInt64(index * 8)) : 0
        }
        bytes[0] |= extraBytes >= 8 ? 0xFF : ~(0xFF >> UInt8(extraBytes))
        return bytes
    }
}
