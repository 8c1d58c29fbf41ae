/// The secret of one run's digests: nobody can build rows that collide under a key they do not know.
///
/// A row's digest is 128 bits from two lanes of folded 64 × 64-bit multiplications with secrets of their own; a
/// difference in one block survives a lane unless the other factor happens to be zero, which happens to both lanes at
/// once with a probability of about 2⁻¹²⁸. The last step mixes the lanes without being linear, so that a sum of digests
/// says more than the sum of the rows: values that trade places between rows change it. Two different sets of rows then
/// have the same sum with a probability of about 2⁻¹²⁸ per bucket, for 65,536 buckets 2⁻¹¹²: a disk that returns
/// wrong bytes unnoticed is more likely by many orders of magnitude.
struct DigestKey: Sendable {
    private let secret: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)

    init(using generator: inout some RandomNumberGenerator) {
        secret = (
            generator.next(), generator.next(), generator.next(), generator.next(),
            generator.next(), generator.next(), generator.next(), generator.next()
        )
    }

    /// A key that no other run has.
    static func random() -> DigestKey {
        var generator = SystemRandomNumberGenerator()
        return DigestKey(using: &generator)
    }

    /// The digest of a row's canonical form.
    @inline(__always)
    func rowDigest(_ start: UnsafeRawPointer, byteCount: Int) -> UInt128 {
        var first = secret.0 ^ UInt64(truncatingIfNeeded: byteCount)
        var second = secret.1
        var block = start
        var left = byteCount
        while left > 16 {
            let low = block.loadWord()
            let high = block.loadWord(at: 8)
            first = foldedProduct(low ^ secret.2, high ^ first)
            second = foldedProduct(high ^ secret.3, low ^ second)
            block += 16
            left &-= 16
        }
        let (low, high) = block.loadTail(byteCount: left)
        first = foldedProduct(low ^ secret.2, high ^ first)
        second = foldedProduct(high ^ secret.3, low ^ second)
        let upper = foldedProduct(first ^ secret.4, second ^ secret.5)
        let lower = foldedProduct(second ^ secret.6, first ^ secret.7)
        return UInt128(upper) << 64 | UInt128(lower)
    }

    /// Adds a key column's bytes to the digest of a row's key, which decides where the row is counted.
    @inline(__always)
    func keyDigest(adding start: UnsafeRawPointer, byteCount: Int, to digest: UInt64) -> UInt64 {
        var state = digest ^ secret.4 ^ UInt64(truncatingIfNeeded: byteCount)
        var block = start
        var left = byteCount
        while left > 16 {
            state = foldedProduct(block.loadWord() ^ secret.5, block.loadWord(at: 8) ^ state)
            block += 16
            left &-= 16
        }
        let (low, high) = block.loadTail(byteCount: left)
        return foldedProduct(foldedProduct(low ^ secret.5, high ^ state) ^ secret.6, secret.7)
    }
}

/// Both halves of the 128-bit product, combined.
@inline(__always)
private func foldedProduct(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.low ^ product.high
}

extension UnsafeRawPointer {
    @inline(__always)
    fileprivate func loadWord(at offset: Int = 0) -> UInt64 {
        UInt64(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Up to 16 bytes as two words without reading beyond them; blocks may overlap, since the length is hashed too.
    @inline(__always)
    fileprivate func loadTail(byteCount: Int) -> (UInt64, UInt64) {
        if byteCount >= 8 { return (loadWord(), loadWord(at: byteCount &- 8)) }
        if byteCount >= 4 {
            let low = loadUnaligned(as: UInt32.self)
            let high = loadUnaligned(fromByteOffset: byteCount &- 4, as: UInt32.self)
            return (UInt64(UInt32(littleEndian: low)), UInt64(UInt32(littleEndian: high)))
        }
        if byteCount == 0 { return (0, 0) }
        let first = UInt64(load(as: UInt8.self))
        let middle = UInt64(load(fromByteOffset: byteCount / 2, as: UInt8.self))
        let last = UInt64(load(fromByteOffset: byteCount &- 1, as: UInt8.self))
        return (first << 16 | middle << 8 | last, 0)
    }
}
