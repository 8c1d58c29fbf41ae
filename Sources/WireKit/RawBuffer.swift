/// Uniquely owned memory between a socket and a codec: bytes enter at `writeIndex` and leave at `readIndex`.
///
/// It is the one place of the hot path where raw pointers live. `capacity` bytes may be used; `slack` more are
/// allocated behind them so that a codec may write whole machine words without a bounds check per byte.
package struct RawBuffer: ~Copyable {
    /// Bytes allocated beyond `capacity`.
    package static let slack = 64

    @usableFromInline package private(set) var base: UnsafeMutableRawPointer
    @usableFromInline package private(set) var capacity: Int
    /// Offset of the first unread byte.
    package var readIndex = 0
    /// Offset behind the last byte written.
    package var writeIndex = 0

    /// Allocates room for `capacity` bytes (at least one).
    package init(capacity: Int) {
        self.capacity = max(capacity, 1)
        base = .allocate(byteCount: self.capacity + Self.slack, alignment: 64)
    }

    deinit { base.deallocate() }

    /// Bytes written and not yet read.
    @inlinable package var readableByteCount: Int { writeIndex - readIndex }
    /// Bytes that can be written without growing or compacting.
    @inlinable package var writableByteCount: Int { capacity - writeIndex }
    @inlinable package var isEmpty: Bool { readIndex == writeIndex }

    /// The first unread byte.
    @inlinable package var readPointer: UnsafeRawPointer { UnsafeRawPointer(base + readIndex) }
    /// Where the next byte is written.
    @inlinable package var writePointer: UnsafeMutableRawPointer { base + writeIndex }

    /// Forgets all content; the memory stays.
    @inlinable
    package mutating func removeAll() {
        readIndex = 0
        writeIndex = 0
    }

    /// Marks `count` bytes at the front as read.
    @inlinable
    package mutating func consume(_ count: Int) {
        precondition(count >= 0 && count <= readableByteCount, "consumed more than was written")
        readIndex += count
        if readIndex == writeIndex { removeAll() }
    }

    /// Moves the unread bytes to the front.
    package mutating func compact() {
        guard readIndex > 0 else { return }
        base.copyMemory(from: base + readIndex, byteCount: readableByteCount)
        writeIndex -= readIndex
        readIndex = 0
    }

    /// Makes room for `count` more bytes: by compacting if that is enough, else by growing at least twofold.
    package mutating func reserve(_ count: Int) {
        if writableByteCount >= count { return }
        if capacity - readableByteCount >= count, readIndex >= capacity / 2 || isEmpty {
            compact()
            return
        }
        let wanted = max(capacity * 2, readableByteCount + count)
        let grown = UnsafeMutableRawPointer.allocate(byteCount: wanted + Self.slack, alignment: 64)
        grown.copyMemory(from: base + readIndex, byteCount: readableByteCount)
        base.deallocate()
        base = grown
        capacity = wanted
        writeIndex -= readIndex
        readIndex = 0
    }

    /// Appends bytes, growing when needed.
    package mutating func append(_ bytes: some Collection<UInt8>) {
        let count = bytes.count
        reserve(count)
        UnsafeMutableRawBufferPointer(start: writePointer, count: count).copyBytes(from: bytes)
        writeIndex += count
    }

    /// The unread bytes as an array of their own; the buffer keeps them.
    package func readableBytes() -> [UInt8] {
        [UInt8](UnsafeRawBufferPointer(start: readPointer, count: readableByteCount))
    }

    /// Takes `count` unread bytes as an array of their own.
    package mutating func take(_ count: Int) -> [UInt8] {
        precondition(count >= 0 && count <= readableByteCount, "took more than was written")
        let bytes = [UInt8](UnsafeRawBufferPointer(start: readPointer, count: count))
        consume(count)
        return bytes
    }
}
