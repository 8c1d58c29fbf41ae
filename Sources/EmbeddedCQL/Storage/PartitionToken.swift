/// The token of a partition key: Murmur3 x64 128, first word, as the Murmur3Partitioner computes it.
///
/// The partitioner sign-extends the bytes of the last incomplete block, which the original does not.
enum PartitionToken {
    private static let c1: UInt64 = 0x87c3_7b91_1142_53d5
    private static let c2: UInt64 = 0x4cf5_ad43_2745_937f

    /// The token of a routing key; the smallest number stands for "before all tokens" and becomes the largest.
    static func token(of key: [UInt8]) -> Int64 {
        let token = Int64(bitPattern: hash(key).0)
        return token == .min ? .max : token
    }

    /// Both words of the hash.
    static func hash(_ key: [UInt8]) -> (UInt64, UInt64) {
        var h1: UInt64 = 0
        var h2: UInt64 = 0
        let blockEnd = key.count & ~15
        var offset = 0
        while offset < blockEnd {
            h1 ^= mix1(key.littleEndian64(at: offset))
            h1 = rotate(h1, 27) &+ h2
            h1 = h1 &* 5 &+ 0x52dc_e729
            h2 ^= mix2(key.littleEndian64(at: offset + 8))
            h2 = rotate(h2, 31) &+ h1
            h2 = h2 &* 5 &+ 0x3849_5ab5
            offset += 16
        }
        var k1: UInt64 = 0
        var k2: UInt64 = 0
        for index in offset..<key.count {
            let byte = UInt64(bitPattern: Int64(Int8(bitPattern: key[index])))
            let place = index - offset
            if place < 8 { k1 ^= byte << UInt64(place * 8) } else { k2 ^= byte << UInt64((place - 8) * 8) }
        }
        h1 ^= mix1(k1)
        h2 ^= mix2(k2)
        h1 ^= UInt64(key.count)
        h2 ^= UInt64(key.count)
        h1 = h1 &+ h2
        h2 = h2 &+ h1
        h1 = finalMix(h1)
        h2 = finalMix(h2)
        h1 = h1 &+ h2
        return (h1, h2 &+ h1)
    }

    private static func mix1(_ value: UInt64) -> UInt64 { rotate(value &* c1, 31) &* c2 }

    private static func mix2(_ value: UInt64) -> UInt64 { rotate(value &* c2, 33) &* c1 }

    private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 { value << count | value >> (64 - count) }

    private static func finalMix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed ^= mixed >> 33
        mixed = mixed &* 0xff51_afd7_ed55_8ccd
        mixed ^= mixed >> 33
        mixed = mixed &* 0xc4ce_b9fe_1a85_ec53
        return mixed ^ mixed >> 33
    }
}

extension [UInt8] {
    fileprivate func littleEndian64(at offset: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<8 { value |= UInt64(self[offset + index]) << UInt64(index * 8) }
        return value
    }
}
