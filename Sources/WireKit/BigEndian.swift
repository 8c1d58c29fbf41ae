/// Unaligned big-endian loads and stores for code that works through raw pointers.
extension UnsafeRawPointer {
    /// Loads a big-endian integer `offset` bytes from here.
    @inlinable @inline(__always)
    package func loadBigEndian<T: FixedWidthInteger & BitwiseCopyable>(
        _ type: T.Type = T.self,
        at offset: Int = 0
    ) -> T {
        T(bigEndian: loadUnaligned(fromByteOffset: offset, as: T.self))
    }
}

extension UnsafeMutableRawPointer {
    /// Stores an integer, most significant byte first, `offset` bytes from here.
    @inlinable @inline(__always)
    package func storeBigEndian<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, at offset: Int = 0) {
        storeBytes(of: value.bigEndian, toByteOffset: offset, as: T.self)
    }
}
