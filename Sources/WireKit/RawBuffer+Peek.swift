extension RawBuffer {
    /// The big-endian integer that starts `offset` bytes behind the read index, if that much has been received.
    package func peekInteger<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at offset: Int = 0) -> T? {
        guard offset >= 0, readableByteCount - offset >= MemoryLayout<T>.size else { return nil }
        return readPointer.loadBigEndian(T.self, at: offset)
    }
}
