package import WireKit

/// The text form, whose exponent (which servers read but never print) may be anything that gives a `numeric`.
extension PostgresNumeric {
    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        if reader.skip("NaN") { return .notANumber }
        let isNegative = reader.skip("-")
        if reader.skip("Infinity") { return isNegative ? .negativeInfinity : .infinity }
        let integral = reader.take(while: isDigit)
        let fraction = reader.skip(".") ? reader.take(while: isDigit) : []
        guard !integral.isEmpty || !fraction.isEmpty else { throw reader.error("a number has digits") }
        var exponent = 0
        if reader.skip("e") || reader.skip("E") {
            let isReduced = reader.skip("-")
            if !isReduced { _ = reader.skip("+") }
            exponent = try reader.readDigits(1...9)
            if isReduced { exponent.negate() }
        }
        let significant = (integral + fraction).drop { $0 == UInt8(ascii: "0") }
        // Digits before the point, once those without a meaning are gone; negative for zeros behind it.
        let integralCount = integral.count + exponent - (integral.count + fraction.count - significant.count)
        let scale = max(0, fraction.count - exponent)
        guard integralCount <= maximumIntegralDigitCount || significant.isEmpty, scale <= maximumScale else {
            throw reader.error("a numeric has at most 131072 digits before the point and 16383 behind it")
        }
        return Self(
            kind: isNegative ? .negative : .positive,
            weight: significant.isEmpty ? 0 : (integralCount - 1) >> 2,
            scale: scale,
            digits: grouped(significant, integralCount: integralCount)[...]
        )
    }

    /// Decimal digits by four, counted from the point.
    private static func grouped(_ digits: ArraySlice<UInt8>, integralCount: Int) -> [Int16] {
        guard !digits.isEmpty else { return [] }
        var groups: [Int16] = []
        groups.reserveCapacity(digits.count / 4 + 2)
        var group: Int16 = 0
        // Where the first digit stands in its group of four.
        var place = (-integralCount) & 3
        for digit in digits {
            group = group * 10 + Int16(digit - UInt8(ascii: "0"))
            place += 1
            if place == 4 {
                groups.append(group)
                (group, place) = (0, 0)
            }
        }
        if place > 0 {
            for _ in place..<4 { group *= 10 }
            groups.append(group)
        }
        return groups
    }

    package var postgresText: String {
        switch kind {
        case .notANumber: "NaN"
        case .infinity: "Infinity"
        case .negativeInfinity: "-Infinity"
        case .positive, .negative: numberText
        }
    }

    private var numberText: String {
        var text: [UInt8] = []
        if kind == .negative { text.append(UInt8(ascii: "-")) }
        let integralStart = text.count
        for power in stride(from: Int(weight), through: 0, by: -1) {
            Self.append(digit(power), to: &text, isFirst: text.count == integralStart)
        }
        if text.count == integralStart { text.append(UInt8(ascii: "0")) }
        if scale > 0 {
            text.append(UInt8(ascii: "."))
            let end = text.count + scale
            var power = -1
            while text.count < end {
                Self.append(digit(power), to: &text, isFirst: false)
                power -= 1
            }
            text.removeLast(text.count - end)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Four decimal digits; the first group's zeros in front are left out.
    private static func append(_ digit: Int, to text: inout [UInt8], isFirst: Bool) {
        var isLeading = isFirst
        for unit in [1000, 100, 10, 1] {
            let decimal = digit / unit % 10
            isLeading = isLeading && decimal == 0 && unit > 1
            if !isLeading { text.append(UInt8(ascii: "0") + UInt8(decimal)) }
        }
    }

    /// The base-10000 digit of a power; zero where none is stored.
    private func digit(_ power: Int) -> Int {
        let index = Int(weight) - power
        return digits.indices.contains(index) ? Int(digits[index]) : 0
    }
}
