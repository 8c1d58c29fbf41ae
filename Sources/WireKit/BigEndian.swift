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

extension UnsafeMutableRawPointer {
    /// Copies `byteCount` bytes in blocks of 32, so that up to 31 bytes more are read and written.
    ///
    /// For runs between buffers that both have slack (`RawBuffer.slack`); the destination's next bytes must be about to
    /// be overwritten.
    @inlinable @inline(__always)
    package func copyInBlocks(from source: UnsafeRawPointer, byteCount: Int) {
        var offset = 0
        repeat {
            let block = (source + offset).loadUnaligned(as: SIMD32<UInt8>.self)
            storeBytes(of: block, toByteOffset: offset, as: SIMD32<UInt8>.self)
            offset &+= 32
        } while offset < byteCount
    }
}
