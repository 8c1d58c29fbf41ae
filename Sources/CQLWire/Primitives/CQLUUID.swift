/// Sixteen bytes that name something, compared and hashed as two words.
package struct CQLUUID: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The version digit: 1 for a `timeuuid`.
    package var version: Int { Int(high >> 12 & 0xF) }

    /// Reads the text form `8-4-4-4-12`, in either case; nil for anything else.
    package init?(_ text: some StringProtocol) {
        var words: (UInt64, UInt64) = (0, 0)
        var digitCount = 0
        for (position, byte) in text.utf8.enumerated() {
            if position == 8 || position == 13 || position == 18 || position == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard digitCount < 32, let digit = byte.hexDigitValue else { return nil }
            if digitCount < 16 {
                words.0 = words.0 << 4 | UInt64(digit)
            } else {
                words.1 = words.1 << 4 | UInt64(digit)
            }
            digitCount += 1
        }
        guard digitCount == 32, text.utf8.count == 36 else { return nil }
        self.init(high: words.0, low: words.1)
    }
}

extension CQLUUID: CustomStringConvertible {
    package var description: String {
        let digits = high.hexadecimal + low.hexadecimal
        var text = ""
        for (position, digit) in digits.enumerated() {
            if position == 8 || position == 12 || position == 16 || position == 20 { text.append("-") }
            text.append(digit)
        }
        return text
    }
}
