/// What the compressors of bytes that repeat have in common.
extension Span<UInt8> {
    /// The four bytes at `position`, for comparison and hashing only: their order is the machine's.
    @inline(__always)
    func word(at position: Int) -> UInt32 {
        // Its bounds are checked; it is called unsafe for types that not every pattern of bits is a value of.
        bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt32.self)
    }

    /// How many bytes from `earlier` equal those from `later`, which ends at `end`.
    func commonLength(_ earlier: Int, _ later: Int, end: Int) -> Int {
        var length = 0
        while later + length < end, self[earlier + length] == self[later + length] { length += 1 }
        return length
    }
}

extension [UInt8] {
    /// Appends `count` bytes that start `offset` before the end; they may repeat what this itself appends.
    mutating func appendCopy(offset: Int, count: Int) {
        let start = self.count - offset
        for index in start..<start + count { append(self[index]) }
    }
}
