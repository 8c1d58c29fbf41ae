/// A natural number of any size, with the few operations that printing floating-point numbers takes.
struct BigNatural: Comparable, Sendable {
    /// Least significant first, without zeros at the end.
    private var words: [UInt32]

    init(_ value: UInt64) {
        words = [UInt32(truncatingIfNeeded: value), UInt32(truncatingIfNeeded: value >> 32)]
        trim()
    }

    mutating func shiftLeft(_ bitCount: Int) {
        let (wordCount, bits) = bitCount.quotientAndRemainder(dividingBy: 32)
        multiply(by: UInt32(1) << UInt32(bits))
        if !words.isEmpty { words.insert(contentsOf: repeatElement(0, count: wordCount), at: 0) }
    }

    mutating func multiply(by factor: UInt32) {
        var carry: UInt64 = 0
        for index in words.indices {
            // At most (2^32 − 1)² + (2^32 − 1), which fits in 64 bits.
            let product = UInt64(words[index]) * UInt64(factor) + carry
            words[index] = UInt32(truncatingIfNeeded: product)
            carry = product >> 32
        }
        if carry != 0 { words.append(UInt32(carry)) }
        trim()
    }

    func adding(_ other: BigNatural) -> BigNatural {
        var sum = self
        var carry: UInt64 = 0
        for index in 0..<max(words.count, other.words.count) {
            let total = UInt64(word(index)) + UInt64(other.word(index)) + carry
            if index < sum.words.count {
                sum.words[index] = UInt32(truncatingIfNeeded: total)
            } else {
                sum.words.append(UInt32(truncatingIfNeeded: total))
            }
            carry = total >> 32
        }
        if carry != 0 { sum.words.append(UInt32(carry)) }
        return sum
    }

    /// Subtracts a number that is not larger.
    mutating func subtract(_ other: BigNatural) {
        var borrow: Int64 = 0
        for index in words.indices {
            var difference = Int64(words[index]) - Int64(other.word(index)) - borrow
            borrow = difference < 0 ? 1 : 0
            if difference < 0 { difference += 1 << 32 }
            words[index] = UInt32(truncatingIfNeeded: difference)
        }
        trim()
    }

    static func < (left: BigNatural, right: BigNatural) -> Bool {
        guard left.words.count == right.words.count else { return left.words.count < right.words.count }
        for (leftWord, rightWord) in zip(left.words, right.words).reversed() where leftWord != rightWord {
            return leftWord < rightWord
        }
        return false
    }

    private func word(_ index: Int) -> UInt32 { index < words.count ? words[index] : 0 }

    private mutating func trim() {
        while words.last == 0 { words.removeLast() }
    }
}
