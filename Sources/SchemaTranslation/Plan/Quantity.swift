/// Numbers as people read them.
package enum Quantity {
    /// Groups digits by three: `1,234,567`.
    package static func count(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var grouped = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { grouped.append(",") }
            grouped.append(digit)
        }
        return value < 0 ? "-" + grouped : grouped
    }

    /// A noun with its number: `1 row`, `2,000 rows`.
    package static func count(_ value: Int, _ noun: String) -> String {
        "\(count(value)) \(noun)\(value == 1 ? "" : "s")"
    }

    /// Bytes in the largest decimal unit that leaves a digit before the point: `96.3 kB`.
    package static func bytes(_ value: Int) -> String {
        var scaled = Double(value)
        var unit = "B"
        for larger in ["kB", "MB", "GB", "TB", "PB"] where scaled >= 1000 {
            scaled /= 1000
            unit = larger
        }
        return unit == "B" ? "\(value) B" : "\(tenths(scaled)) \(unit)"
    }

    /// One digit behind the point, rounded down; values beyond what an `Int` counts are clamped.
    package static func tenths(_ value: Double) -> String {
        let clamped = value.isFinite ? min(max(value, 0), 1e15) : 0
        let tenths = Int(clamped * 10)
        return "\(tenths / 10).\(tenths % 10)"
    }
}
