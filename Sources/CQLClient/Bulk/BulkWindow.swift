import WireKit

/// The EXECUTE frames that are under way on one connection: their stream ids and, until each is answered, their bytes.
///
/// A frame stays where it was written until its answer comes, so that it can be sent again after an error or on another
/// connection. Frames are written into segments; a segment is used again when the last of its frames is answered. The
/// window is bounded by stream ids and by bytes, whichever is reached first.
///
/// Everything is in raw memory: the loop over rows takes a stream id, writes a frame and goes on, without counting a
/// reference. Confined to its connection's loop.
package final class BulkWindow {
    /// Where a frame in flight lies; `segment` is −1 when the stream id is free.
    @usableFromInline struct Slot {
        @usableFromInline var segment: Int32
        @usableFromInline var offset: Int32
    }

    struct Segment {
        var base: UnsafeMutableRawPointer
        var capacity: Int
        var writeIndex = 0
        /// Bytes already handed to the connection.
        var sentIndex = 0
        /// Frames not yet answered.
        var outstandingCount = 0
        var isSealed = false
    }

    /// A segment is as large as what one send(2) takes well.
    package static let segmentByteCount = 64 * 1024

    /// Stream ids `0..<streamCount` belong to this window.
    package let streamCount: Int
    private let maximumByteCount: Int
    /// The stack of free ids.
    @usableFromInline let freeStreams: UnsafeMutablePointer<UInt16>
    @usableFromInline let slots: UnsafeMutablePointer<Slot>
    @usableFromInline private(set) package var freeStreamCount: Int
    private var attempts: [UInt8]
    private var segments: [Segment] = []
    private var freeSegments: [Int] = []
    /// Segments with bytes that were not handed to the connection yet, oldest first.
    private var unsent: [Int] = []
    private var allocatedByteCount = 0
    @usableFromInline private(set) package var currentSegment = -1

    /// Requests that may be in flight at once; the congestion control moves it.
    package private(set) var limit: Int
    private var acknowledgedSinceDecrease = 0
    private var acknowledgedSinceIncrease = 0

    /// - Parameters:
    ///   - streamCount: the most requests in flight, 1...32768.
    ///   - maximumByteCount: the most bytes kept for them; one larger frame is always allowed.
    package init(streamCount: Int, maximumByteCount: Int) {
        precondition((1...32_768).contains(streamCount), "the protocol has 32768 stream ids")
        self.streamCount = streamCount
        self.maximumByteCount = maximumByteCount
        limit = streamCount
        freeStreams = .allocate(capacity: streamCount)
        slots = .allocate(capacity: streamCount)
        for index in 0..<streamCount {
            freeStreams[index] = UInt16(streamCount - 1 - index)
            slots[index] = Slot(segment: -1, offset: 0)
        }
        freeStreamCount = streamCount
        attempts = Array(repeating: 0, count: streamCount)
    }

    deinit {
        freeStreams.deallocate()
        slots.deallocate()
        for segment in segments { segment.base.deallocate() }
    }

    /// Requests not yet answered.
    package var inFlightCount: Int { streamCount - freeStreamCount }

    /// Requests that may be added now.
    package var availableStreamCount: Int { min(freeStreamCount, max(0, limit - inFlightCount)) }

    /// Whether bytes wait to be handed to the connection.
    package var hasUnsentBytes: Bool { !unsent.isEmpty }

    // MARK: Writing

    /// Makes sure that the current segment has room for `byteCount` more bytes.
    ///
    /// - Returns: false when the window's bytes are used up: wait for answers.
    package func openSegment(for byteCount: Int) -> Bool {
        if currentSegment >= 0 {
            let segment = segments[currentSegment]
            if segment.capacity - segment.writeIndex >= byteCount { return true }
            sealSegment()
        }
        if byteCount <= Self.segmentByteCount, let free = freeSegments.popLast() {
            currentSegment = free
            return true
        }
        let capacity = max(Self.segmentByteCount, byteCount)
        guard allocatedByteCount + capacity <= maximumByteCount || inFlightCount == 0 else { return false }
        allocatedByteCount += capacity
        let base = UnsafeMutableRawPointer.allocate(byteCount: capacity + RawBuffer.slack, alignment: 64)
        segments.append(Segment(base: base, capacity: capacity))
        currentSegment = segments.count - 1
        return true
    }

    /// The current segment's memory.
    package var segmentBase: UnsafeMutableRawPointer { segments[currentSegment].base }
    /// Bytes that the current segment holds at most.
    package var segmentCapacity: Int { segments[currentSegment].capacity }
    /// Where the next frame begins.
    package var segmentWriteIndex: Int { segments[currentSegment].writeIndex }

    /// Takes the id for a frame that begins at `offset` of the current segment and puts it into the frame's header.
    ///
    /// - Parameter taken: frames written since the last `commit`; raised by one.
    @inlinable @inline(__always)
    package func takeStream(_ taken: inout Int, frameAt frame: UnsafeMutableRawPointer, offset: Int) {
        taken &+= 1
        let stream = freeStreams[freeStreamCount &- taken]
        slots[Int(stream)] = Slot(segment: Int32(truncatingIfNeeded: currentSegment), offset: Int32(truncatingIfNeeded: offset))
        frame.storeBigEndian(stream, at: 2)
    }

    /// Accounts for `count` frames written up to `writeIndex` of the current segment.
    package func commit(_ count: Int, writeIndex: Int) {
        guard count > 0 else { return }
        freeStreamCount -= count
        segments[currentSegment].outstandingCount += count
        segments[currentSegment].writeIndex = writeIndex
        if unsent.last != currentSegment { unsent.append(currentSegment) }
    }

    /// Ends the current segment; the next frame opens another one.
    package func sealSegment() {
        guard currentSegment >= 0 else { return }
        let index = currentSegment
        currentSegment = -1
        segments[index].isSealed = true
        recycleIfDone(index)
    }

    /// Hands what was not sent yet to `send`, oldest first.
    package func takeUnsent(_ send: (UnsafeRawBufferPointer) -> Void) {
        for index in unsent {
            let segment = segments[index]
            send(
                UnsafeRawBufferPointer(
                    start: segment.base + segment.sentIndex,
                    count: segment.writeIndex - segment.sentIndex
                )
            )
            segments[index].sentIndex = segment.writeIndex
        }
        let sent = unsent
        unsent.removeAll(keepingCapacity: true)
        for index in sent { recycleIfDone(index) }
    }

    // MARK: Answers

    /// Whether a request of this id is in flight.
    package func isInFlight(_ stream: Int) -> Bool { slots[stream].segment >= 0 }

    /// Frees the id and, with the last of its frames, the segment.
    package func release(_ stream: Int) {
        let index = Int(slots[stream].segment)
        guard index >= 0 else { return }
        slots[stream].segment = -1
        attempts[stream] = 0
        freeStreams[freeStreamCount] = UInt16(stream)
        freeStreamCount += 1
        segments[index].outstandingCount -= 1
        if segments[index].outstandingCount == 0 { recycleIfDone(index) }
    }

    private func recycleIfDone(_ index: Int) {
        let segment = segments[index]
        guard segment.outstandingCount == 0, segment.sentIndex == segment.writeIndex else { return }
        if !segment.isSealed {
            // The one being filled: its memory can be used from the front again.
            segments[index].writeIndex = 0
            segments[index].sentIndex = 0
            return
        }
        segments[index].isSealed = false
        segments[index].writeIndex = 0
        segments[index].sentIndex = 0
        guard segment.capacity > Self.segmentByteCount else {
            freeSegments.append(index)
            return
        }
        // A row larger than a segment is rare: its memory shrinks to an ordinary segment's.
        segment.base.deallocate()
        segments[index].base = .allocate(byteCount: Self.segmentByteCount + RawBuffer.slack, alignment: 64)
        segments[index].capacity = Self.segmentByteCount
        allocatedByteCount -= segment.capacity - Self.segmentByteCount
        freeSegments.append(index)
    }

    /// The bytes of a frame in flight.
    package func frame(of stream: Int) -> UnsafeMutableRawBufferPointer? {
        let slot = slots[stream]
        guard slot.segment >= 0 else { return nil }
        let start = segments[Int(slot.segment)].base + Int(slot.offset)
        let bodyLength = Int(UnsafeRawPointer(start).loadBigEndian(Int32.self, at: 5))
        return UnsafeMutableRawBufferPointer(start: start, count: 9 + bodyLength)
    }

    /// The ids in flight, in no particular order.
    package var streamsInFlight: [Int] { (0..<streamCount).filter { slots[$0].segment >= 0 } }

    /// Counts another attempt for the request; the count starts at one with the first repetition.
    package func countAttempt(_ stream: Int) -> Int {
        attempts[stream] = attempts[stream] == .max ? .max : attempts[stream] + 1
        return Int(attempts[stream])
    }

    /// Forgets what was handed to a connection that is gone: everything in flight counts as sent, to be sent again
    /// frame by frame.
    package func connectionLost() {
        takeUnsent { _ in }
    }

    // MARK: Congestion (additive increase, multiplicative decrease)

    /// Notes `count` good answers; every window full of them lets one more request in.
    package func acknowledged(_ count: Int) {
        acknowledgedSinceDecrease += count
        guard limit < streamCount else { return }
        acknowledgedSinceIncrease += count
        if acknowledgedSinceIncrease >= limit {
            acknowledgedSinceIncrease = 0
            limit = min(streamCount, limit + max(1, limit / 16))
        }
    }

    /// Halves the window, once per window of answers: the errors of one burst count as one.
    package func overloaded() {
        guard acknowledgedSinceDecrease >= limit / 2 || limit == streamCount else { return }
        limit = max(min(16, streamCount), limit / 2)
        acknowledgedSinceDecrease = 0
        acknowledgedSinceIncrease = 0
    }
}
