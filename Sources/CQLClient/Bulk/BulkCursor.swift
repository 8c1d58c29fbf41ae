/// Where a frame in flight lies; `segment` is −1 when the stream id is free.
@usableFromInline
package struct BulkSlot {
    @usableFromInline var segment: Int32
    @usableFromInline var offset: Int32

    @inlinable
    init(segment: Int32, offset: Int32) {
        self.segment = segment
        self.offset = offset
    }
}

/// A place in a `BulkWindow` where frames are written one after the other: a value for the loop over rows to keep in
/// registers, with nothing in it that is counted or checked.
package struct BulkCursor {
    /// The segment's memory.
    package let base: UnsafeMutableRawPointer
    /// Bytes that the segment holds.
    package let capacity: Int
    /// Where the next frame begins.
    @usableFromInline package internal(set) var writeIndex: Int
    /// Frames that may be written in all.
    package let availableStreamCount: Int
    /// Frames written so far.
    @usableFromInline package internal(set) var frameCount = 0

    /// Behind the top of the stack of free stream ids.
    @usableFromInline let nextFreeStream: UnsafeMutablePointer<UInt16>
    @usableFromInline let slots: UnsafeMutablePointer<BulkSlot>
    @usableFromInline let segment: Int32

    init(
        base: UnsafeMutableRawPointer,
        capacity: Int,
        writeIndex: Int,
        availableStreamCount: Int,
        nextFreeStream: UnsafeMutablePointer<UInt16>,
        slots: UnsafeMutablePointer<BulkSlot>,
        segment: Int32
    ) {
        self.base = base
        self.capacity = capacity
        self.writeIndex = writeIndex
        self.availableStreamCount = availableStreamCount
        self.nextFreeStream = nextFreeStream
        self.slots = slots
        self.segment = segment
    }

    /// Ends the frame that begins at `writeIndex`: gives it a stream id and its length.
    ///
    /// - Parameter byteCount: of the whole frame, header included.
    @inlinable @inline(__always)
    package mutating func finishFrame(byteCount: Int) {
        let frame = base + writeIndex
        frameCount &+= 1
        let stream = (nextFreeStream - frameCount).pointee
        slots[Int(stream)] = BulkSlot(segment: segment, offset: Int32(truncatingIfNeeded: writeIndex))
        // Native protocol v4, section 2: the stream id at byte 2, the body's length at byte 5 of a header of 9.
        frame.storeBytes(of: stream.bigEndian, toByteOffset: 2, as: UInt16.self)
        frame.storeBytes(of: Int32(truncatingIfNeeded: byteCount &- 9).bigEndian, toByteOffset: 5, as: Int32.self)
        writeIndex &+= byteCount
    }
}
