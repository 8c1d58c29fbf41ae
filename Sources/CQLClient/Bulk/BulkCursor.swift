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

/// A place in a `BulkWindow` where rows are written one after the other, as EXECUTE frames or as the entries of a BATCH
/// frame: a value with nothing in it that is counted or checked.
package struct BulkCursor {
    /// The segment's memory.
    package let base: UnsafeMutableRawPointer
    /// Where the next row begins.
    @usableFromInline package internal(set) var writeIndex: Int
    /// Up to where rows may be written before another place must be found.
    @usableFromInline package internal(set) var limit: Int
    /// Rows that may be written before another place must be found.
    @usableFromInline package internal(set) var remainingRowCount: Int
    /// The bytes before the values of every row.
    package let prefix: UnsafeRawPointer
    package let prefixByteCount: Int

    /// Behind the next free stream id on their stack.
    @usableFromInline var nextFreeStream: UnsafeMutablePointer<UInt16>
    @usableFromInline let slots: UnsafeMutablePointer<BulkSlot>
    @usableFromInline let segment: Int32
    /// Frames that were written through this cursor.
    @usableFromInline var frameCount = 0
    /// Where the BATCH frame that is being filled begins; −1 when there is none.
    var batchStart = -1
    var batchRowCount = 0

    /// A cursor at which there is no room.
    static var closed: BulkCursor {
        BulkCursor(
            // Never written to: its limit is below every need.
            base: UnsafeMutableRawPointer(bitPattern: 64).unsafelyUnwrapped,
            writeIndex: 0,
            limit: -1,
            remainingRowCount: 0,
            prefix: UnsafeRawPointer(bitPattern: 64).unsafelyUnwrapped,
            prefixByteCount: 0,
            nextFreeStream: UnsafeMutablePointer(bitPattern: 64).unsafelyUnwrapped,
            slots: UnsafeMutablePointer(bitPattern: 64).unsafelyUnwrapped,
            segment: -1
        )
    }

    init(
        base: UnsafeMutableRawPointer,
        writeIndex: Int,
        limit: Int,
        remainingRowCount: Int,
        prefix: UnsafeRawPointer,
        prefixByteCount: Int,
        nextFreeStream: UnsafeMutablePointer<UInt16>,
        slots: UnsafeMutablePointer<BulkSlot>,
        segment: Int32
    ) {
        self.base = base
        self.writeIndex = writeIndex
        self.limit = limit
        self.remainingRowCount = remainingRowCount
        self.prefix = prefix
        self.prefixByteCount = prefixByteCount
        self.nextFreeStream = nextFreeStream
        self.slots = slots
        self.segment = segment
    }

    /// Whether a row that takes up to `byteCount` bytes can be written here.
    @inlinable @inline(__always)
    package func hasRoom(for byteCount: Int) -> Bool { writeIndex &+ byteCount <= limit && remainingRowCount > 0 }

    /// Ends the EXECUTE frame that begins at `writeIndex`: gives it a stream id and its length.
    ///
    /// - Parameter byteCount: of the whole frame, header included.
    @inlinable @inline(__always)
    package mutating func finishFrame(byteCount: Int) {
        finishFrame(at: writeIndex, byteCount: byteCount)
        remainingRowCount &-= 1
        writeIndex &+= byteCount
    }

    @inlinable @inline(__always)
    mutating func finishFrame(at start: Int, byteCount: Int) {
        let frame = base + start
        frameCount &+= 1
        nextFreeStream -= 1
        let stream = nextFreeStream.pointee
        slots[Int(stream)] = BulkSlot(segment: segment, offset: Int32(truncatingIfNeeded: start))
        // Native protocol v4, section 2: the stream id at byte 2, the body's length at byte 5 of a header of 9.
        frame.storeBytes(of: stream.bigEndian, toByteOffset: 2, as: UInt16.self)
        frame.storeBytes(of: Int32(truncatingIfNeeded: byteCount &- 9).bigEndian, toByteOffset: 5, as: Int32.self)
    }

    /// Ends the entry of a BATCH frame that begins at `writeIndex`.
    @inlinable @inline(__always)
    package mutating func finishBatchEntry(byteCount: Int) {
        remainingRowCount &-= 1
        writeIndex &+= byteCount
    }
}
