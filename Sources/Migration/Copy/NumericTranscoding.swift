import WireKit

/// Powers of ten that fit in a signed word; a `switch` compiles to a read-only table without a once-check.
@inline(__always)
func powerOfTen(_ exponent: Int) -> Int64 {
    switch exponent {
    case 0: 1
    case 1: 10
    case 2: 100
    case 3: 1000
    case 4: 10_000
    case 5: 100_000
    case 6: 1_000_000
    case 7: 10_000_000
    case 8: 100_000_000
    case 9: 1_000_000_000
    case 10: 10_000_000_000
    case 11: 100_000_000_000
    case 12: 1_000_000_000_000
    case 13: 10_000_000_000_000
    case 14: 100_000_000_000_000
    case 15: 1_000_000_000_000_000
    case 16: 10_000_000_000_000_000
    case 17: 100_000_000_000_000_000
    default: 1_000_000_000_000_000_000
    }
}

extension TupleTranscoder {
    /// A `[value]` with the CQL decimal of a numeric of up to 18 digits; nil for a longer one, and for NaN and infinity.
    ///
    /// The source is digit count, weight, sign, display scale and base-10000 digits (numeric_send), the target
    /// `int32 scale` and the shortest two's complement of the unscaled value (native protocol v4, section 6.6). Up to 7
    /// bytes behind the result are overwritten.
    @inline(__always)
    func shortNumeric(
        _ value: UnsafeRawPointer,
        _ length: Int,
        into output: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer? {
        if length < 8 { return nil }
        let digitCount = Int(value.loadBigEndian(UInt16.self))
        let weight = Int(value.loadBigEndian(Int16.self, at: 2))
        let sign = value.loadBigEndian(UInt16.self, at: 4)
        let scale = Int(value.loadBigEndian(UInt16.self, at: 6))
        // 0x4000 is minus; 0xC000, 0xD000 and 0xF000 are NaN and the infinities.
        if sign & 0xBFFF != 0 || digitCount > 4 || length != 8 &+ 2 &* digitCount { return nil }
        if 4 &* (weight &+ 1) &+ scale > 18 { return nil }
        var unscaled: Int64 = 0
        var digit = 0
        while digit < digitCount {
            unscaled = unscaled &* 10_000 &+ Int64(value.loadBigEndian(UInt16.self, at: 8 &+ 2 &* digit))
            digit &+= 1
        }
        if digitCount > 0 {
            let exponent = 4 &* (weight &- digitCount &+ 1) &+ scale
            if exponent >= 0 {
                unscaled = unscaled &* powerOfTen(exponent)
            } else {
                // The last group may reach beyond the display scale by three zeros, never by a digit.
                if exponent < -3 { return nil }
                let divisor = powerOfTen(0 &- exponent)
                let quotient = unscaled / divisor
                if quotient &* divisor != unscaled { return nil }
                unscaled = quotient
            }
        }
        if sign != 0 { unscaled = 0 &- unscaled }
        let byteCount = (64 &- ((unscaled ^ (unscaled >> 63)) | 1).leadingZeroBitCount) / 8 &+ 1
        output.storeBigEndian(Int32(truncatingIfNeeded: 4 &+ byteCount))
        output.storeBigEndian(Int32(truncatingIfNeeded: scale), at: 4)
        output.storeBigEndian(UInt64(bitPattern: unscaled) &<< UInt64(64 &- 8 &* byteCount), at: 8)
        return output + (8 &+ byteCount)
    }
}
