extension UnsafeRawBufferPointer {
    /// The partitioner's token of these key bytes: the first word of Murmur3 x64 128 as the server computes it.
    ///
    /// It differs from the published algorithm in that the bytes of an incomplete last block are sign-extended, and in
    /// that the smallest number, which is no token, becomes the greatest.
    @inlinable
    package var murmur3Token: Int64 {
        let blockCount = count / 16
        var first: UInt64 = 0
        var second: UInt64 = 0
        for block in 0..<blockCount {
            let low = UInt64(littleEndian: loadUnaligned(fromByteOffset: block * 16, as: UInt64.self))
            let high = UInt64(littleEndian: loadUnaligned(fromByteOffset: block * 16 + 8, as: UInt64.self))
            first = (first ^ murmur3MixLow(low)).murmur3Rotated(by: 27) &+ second
            first = first &* 5 &+ 0x52DC_E729
            second = (second ^ murmur3MixHigh(high)).murmur3Rotated(by: 31) &+ first
            second = second &* 5 &+ 0x3849_5AB5
        }
        let tail = blockCount * 16
        let low = murmur3Tail(from: tail, byteCount: Swift.min(count - tail, 8))
        let high = murmur3Tail(from: tail + 8, byteCount: Swift.max(count - tail - 8, 0))
        first = first ^ murmur3MixLow(low) ^ UInt64(count)
        second = second ^ murmur3MixHigh(high) ^ UInt64(count)
        first = first &+ second
        second = second &+ first
        let token = Int64(bitPattern: first.murmur3Finalized &+ second.murmur3Finalized)
        return token == .min ? .max : token
    }

    /// Up to eight bytes at the end as one word: the exclusive or of each, sign-extended, in its place.
    @inlinable @inline(__always)
    func murmur3Tail(from start: Int, byteCount: Int) -> UInt64 {
        if byteCount == 0 { return 0 }
        let word = murmur3Word(from: start, byteCount: byteCount)
        // A negative byte inverts all bytes above its own, so a byte is inverted when an odd number of the bytes
        // below it are negative: the multiplication counts them, for all places at once.
        let negative = word &>> 7 & 0x0101_0101_0101_0101
        let below = (negative &* 0x0101_0101_0101_0101) &<< 8
        return word ^ (below & 0x0101_0101_0101_0101) &* 0xFF
    }

    /// One to eight bytes, which end where this buffer ends unless there are eight, the first in the lowest place.
    @inlinable @inline(__always)
    func murmur3Word(from start: Int, byteCount: Int) -> UInt64 {
        if byteCount == 8 { return UInt64(littleEndian: loadUnaligned(fromByteOffset: start, as: UInt64.self)) }
        if count >= 8 {
            let last = UInt64(littleEndian: loadUnaligned(fromByteOffset: count - 8, as: UInt64.self))
            return last &>> UInt64(64 - byteCount * 8)
        }
        if byteCount >= 4 {
            let low = UInt32(littleEndian: loadUnaligned(fromByteOffset: start, as: UInt32.self))
            let high = UInt32(littleEndian: loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
            return UInt64(low) | UInt64(high) &<< UInt64(byteCount * 8 - 32)
        }
        var word: UInt64 = 0
        for position in 0..<byteCount { word |= UInt64(self[start + position]) &<< UInt64(position * 8) }
        return word
    }
}

@inlinable @inline(__always)
func murmur3MixLow(_ word: UInt64) -> UInt64 {
    (word &* 0x87C3_7B91_1142_53D5).murmur3Rotated(by: 31) &* 0x4CF5_AD43_2745_937F
}

@inlinable @inline(__always)
func murmur3MixHigh(_ word: UInt64) -> UInt64 {
    (word &* 0x4CF5_AD43_2745_937F).murmur3Rotated(by: 33) &* 0x87C3_7B91_1142_53D5
}

extension UInt64 {
    @inlinable @inline(__always)
    func murmur3Rotated(by count: UInt64) -> UInt64 { self &<< count | self &>> (64 &- count) }

    @inlinable @inline(__always)
    var murmur3Finalized: UInt64 {
        var word = self
        word = (word ^ word &>> 33) &* 0xFF51_AFD7_ED55_8CCD
        word = (word ^ word &>> 33) &* 0xC4CE_B9FE_1A85_EC53
        return word ^ word &>> 33
    }
}
