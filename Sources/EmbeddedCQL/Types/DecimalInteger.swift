/// Whole numbers of any size between their decimal digits and two's complement bytes, as `varint` holds them.
enum DecimalInteger {
    /// More digits than this are refused: the conversion is quadratic.
    static let digitLimit = 10_000

    /// The shortest two's complement form of a decimal number; nil when the text is none or too long.
    static func twosComplement(_ text: some StringProtocol) -> [UInt8]? {
        let isNegative = text.hasPrefix("-")
        let digits = text.utf8.dropFirst(isNegative || text.hasPrefix("+") ? 1 : 0)
        guard !digits.isEmpty, digits.count <= digitLimit else { return nil }
        // Little-endian magnitude.
        var magnitude: [UInt8] = [0]
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            var carry = UInt(digit - UInt8(ascii: "0"))
            for index in magnitude.indices {
                let product = UInt(magnitude[index]) * 10 + carry
                magnitude[index] = UInt8(truncatingIfNeeded: product)
                carry = product >> 8
            }
            if carry > 0 { magnitude.append(UInt8(carry)) }
        }
        return bigEndian(magnitude, isNegative: isNegative)
    }

    private static func bigEndian(_ magnitude: [UInt8], isNegative: Bool) -> [UInt8] {
        var bytes = magnitude + [0]
        if isNegative {
            var carry = true
            for index in bytes.indices {
                let (sum, overflow) = (~bytes[index]).addingReportingOverflow(carry ? 1 : 0)
                bytes[index] = sum
                carry = overflow
            }
        }
        // The last byte repeats the sign; it goes where the one before has it already.
        while bytes.count > 1, let sign = bytes.last, (bytes[bytes.count - 2] ^ sign) & 0x80 == 0,
            sign == 0 || sign == 0xFF
        {
            bytes.removeLast()
        }
        return bytes.reversed()
    }

    /// The sign and decimal digits of a two's complement number.
    static func digits(_ bytes: some Collection<UInt8>) -> (isNegative: Bool, digits: [UInt8]) {
        let isNegative = bytes.first.map { $0 >= 0x80 } ?? false
        var magnitude = Array(bytes)
        if isNegative {
            var carry = true
            for index in magnitude.indices.reversed() {
                let (sum, overflow) = (~magnitude[index]).addingReportingOverflow(carry ? 1 : 0)
                magnitude[index] = sum
                carry = overflow
            }
            // The most negative number of its width has a magnitude of one more bit.
            if carry { magnitude.insert(1, at: 0) }
        }
        var digits: [UInt8] = []
        while magnitude.contains(where: { $0 != 0 }) {
            var remainder: UInt = 0
            for index in magnitude.indices {
                let value = remainder << 8 | UInt(magnitude[index])
                magnitude[index] = UInt8(value / 10)
                remainder = value % 10
            }
            digits.append(UInt8(remainder))
        }
        return (isNegative && !digits.isEmpty, digits.reversed())
    }
}
