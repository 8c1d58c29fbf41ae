import TestSupport
import Testing

@testable import Migration

@Suite struct RowDigestTests {
    private static func key(seed: UInt64) -> DigestKey {
        var random = SeededRandom(seed: seed)
        return DigestKey(using: &random)
    }

    private static func digest(_ bytes: [UInt8], seed: UInt64 = 1) -> UInt128 {
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return 0 }
            return key(seed: seed).rowDigest(base, byteCount: buffer.count)
        }
    }

    @Test(arguments: 1...70)
    func everyBitOfEveryLengthCounts(byteCount: Int) {
        var random = SeededRandom(seed: UInt64(byteCount))
        let bytes = (0..<byteCount).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        var seen: Set<UInt128> = [Self.digest(bytes)]
        for bit in 0..<byteCount * 8 {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(seen.insert(Self.digest(changed)).inserted, "bit \(bit) of \(byteCount) bytes")
        }
    }

    @Test func trailingZerosAndLengthsCount() {
        let digests = (1...100).map { Self.digest([UInt8](repeating: 0, count: $0)) }
        #expect(Set(digests).count == 100)
    }

    @Test func dependsOnTheKey() {
        let bytes: [UInt8] = Array("a row".utf8)
        #expect(Self.digest(bytes) == Self.digest(bytes))
        #expect(Self.digest(bytes) != Self.digest(bytes, seed: 2))
    }

    /// With a linear digest, values that trade places between rows would leave the sum as it was.
    @Test func valuesThatTradePlacesChangeTheSum() {
        for length in [1, 8, 13, 40] {
            func row(_ first: UInt8, _ second: UInt8) -> UInt128 {
                let values = [[first], [UInt8](repeating: second, count: length)] as [[UInt8]?]
                return Self.digest(CanonicalRows.row(values))
            }
            #expect(row(1, 7) &+ row(2, 9) != row(1, 9) &+ row(2, 7))
        }
    }

    /// Half of the bits change when one does, in both words: a weak word would be half a digest.
    @Test func aChangedBitChangesHalfOfBothWords() {
        let bytes = [UInt8](0..<48)
        var upper = 0
        var lower = 0
        for bit in 0..<bytes.count * 8 {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            let difference = Self.digest(bytes) ^ Self.digest(changed)
            upper += UInt64(truncatingIfNeeded: difference >> 64).nonzeroBitCount
            lower += UInt64(truncatingIfNeeded: difference).nonzeroBitCount
        }
        let half = bytes.count * 8 * 32
        #expect(abs(upper - half) < half / 20)
        #expect(abs(lower - half) < half / 20)
    }

    @Test func keysSpreadOverTheBuckets() {
        let key = Self.key(seed: 3)
        var counts = [Int](repeating: 0, count: 1024)
        for number in 0..<102_400 as Range<Int64> {
            let bytes = CopyStream.bytes(number)
            let digest = bytes.withUnsafeBytes { buffer in
                buffer.baseAddress.map { key.keyDigest(adding: $0, byteCount: 8, to: 0) } ?? 0
            }
            counts[BucketTable.index(digest, bitCount: 10)] += 1
        }
        #expect((counts.max() ?? 0) < 160 && (counts.min() ?? 0) > 50)
    }
}
