import WireKit

/// The EXECUTE and BATCH frames that are under way on one connection: their stream ids and, until each is answered, their bytes.
///
/// A frame stays where it was written until its answer comes, so that it can be sent again after an error or on another
/// connection. Frames are written into segments; a segment is used again when the last of its frames is answered. The
/// window is bounded by stream ids and by bytes, whichever is reached first.
///
/// Everything is in raw memory: the loop over rows takes a stream id, writes a frame and goes on, without counting a
/// reference. Confined to its connection's loop.
package final class BulkWindow {
    private struct Segment {
        var base: UnsafeMutableRawPointer
        var capacity: Int
        var writeIndex = 0
        /// Bytes already handed to the connection.
        var sentIndex = 0
        /// Frames not yet answered.
        var outstandingCount = 0
        var isSealed = false
    }

    /// What changes with every answer.
    ///
    /// Behind a pointer, because accesses to a class's own variables are checked for exclusivity at run time, which
    /// would cost more than the rest of an answer.
    private struct State {
        var freeStreamCount: Int
        var segmentCount = 0
        var currentSegment = -1
    }

    /// A segment is as large as what one send(2) takes well, or smaller where many windows share the memory.
    package static let largestSegmentByteCount = 64 * 1024
    private static let smallestSegmentByteCount = 8 * 1024

    /// Stream ids `0..<streamCount` belong to this window.
    package let streamCount: Int
    private let maximumByteCount: Int
    private let segmentByteCount: Int
    /// The stack of free ids.
    private let freeStreams: UnsafeMutablePointer<UInt16>
    private let slots: UnsafeMutablePointer<BulkSlot>
    /// What became of each request so far: in the low byte how often it was answered with an error, in the high byte
    /// how often its connection broke.
    private let attempts: UnsafeMutablePointer<UInt16>
    /// Rows per frame.
    private let rowCounts: UnsafeMutablePointer<UInt16>
    private let segments: UnsafeMutablePointer<Segment>
    private let state: UnsafeMutablePointer<State>
    private let maximumSegmentCount: Int
    private var freeSegments: [Int] = []
    /// Segments with bytes that were not handed to the connection yet, oldest first.
    private var unsent: [Int] = []
    private var allocatedByteCount = 0

    /// How many requests may be in flight at once.
    package var congestion: CongestionWindow
    /// A row came for this window while it took none: its connection is to be made.
    package var isWanted = false

    /// - Parameters:
    ///   - streamCount: the most requests in flight, 1...32768.
    ///   - maximumByteCount: the most bytes kept for them; one larger frame is always allowed.
    package init(streamCount: Int, maximumByteCount: Int) {
        precondition((1...32_768).contains(streamCount), "the protocol has 32768 stream ids")
        self.streamCount = streamCount
        self.maximumByteCount = maximumByteCount
        congestion = CongestionWindow(maximum: streamCount)
        segmentByteCount = min(
            Self.largestSegmentByteCount,
            max(Self.smallestSegmentByteCount, maximumByteCount / 4)
        )
        freeStreams = .allocate(capacity: streamCount)
        slots = .allocate(capacity: streamCount)
        slots.initialize(repeating: BulkSlot(segment: -1, offset: 0), count: streamCount)
        attempts = .allocate(capacity: streamCount)
        attempts.initialize(repeating: 0, count: streamCount)
        rowCounts = .allocate(capacity: streamCount)
        rowCounts.initialize(repeating: 1, count: streamCount)
        for index in 0..<streamCount { freeStreams[index] = UInt16(streamCount - 1 - index) }
        // Every segment but the one being filled holds a frame in flight, and none is smaller than a segment.
        maximumSegmentCount = max(2, maximumByteCount / segmentByteCount + 2)
        segments = .allocate(capacity: maximumSegmentCount)
        state = .allocate(capacity: 1)
        state.initialize(to: State(freeStreamCount: streamCount))
    }

    deinit {
        for index in 0..<state.pointee.segmentCount { segments[index].base.deallocate() }
        freeStreams.deallocate()
        slots.deallocate()
        attempts.deallocate()
        rowCounts.deallocate()
        segments.deallocate()
        state.deallocate()
    }

    private var freeStreamCount: Int { state.pointee.freeStreamCount }
    private var currentSegment: Int { state.pointee.currentSegment }

    /// Requests not yet answered.
    package var inFlightCount: Int { streamCount - freeStreamCount }

    /// Requests that may be added now.
    package var availableStreamCount: Int { min(freeStreamCount, max(0, congestion.limit - inFlightCount)) }

    /// Whether bytes wait to be handed to the connection.
    package var hasUnsentBytes: Bool { !unsent.isEmpty }

    // MARK: Writing

    /// A cursor at the end of the current segment with room for at least `byteCount` more bytes.
    ///
    /// - Parameters:
    ///   - byteCount: what the next row takes at most.
    ///   - template: what every row begins with.
    /// - Returns: nil when the window's stream ids or bytes are used up: wait for answers.
    package func openCursor(for byteCount: Int, _ template: RowTemplate) -> BulkCursor? {
        let available = availableStreamCount
        guard available > 0, openSegment(for: byteCount) else { return nil }
        let segment = segments[currentSegment]
        return BulkCursor(
            base: segment.base,
            writeIndex: segment.writeIndex,
            limit: segment.capacity,
            remainingRowCount: available,
            prefix: UnsafeRawPointer(template.prefix),
            prefixByteCount: template.prefixByteCount,
            nextFreeStream: freeStreams + freeStreamCount,
            slots: slots,
            segment: Int32(currentSegment)
        )
    }

    private func openSegment(for byteCount: Int) -> Bool {
        if currentSegment >= 0 {
            let segment = segments[currentSegment]
            if segment.capacity - segment.writeIndex >= byteCount { return true }
            sealSegment()
        }
        if byteCount <= segmentByteCount, let free = freeSegments.popLast() {
            state.pointee.currentSegment = free
            return true
        }
        return allocateSegment(max(segmentByteCount, byteCount))
    }

    private func allocateSegment(_ capacity: Int) -> Bool {
        guard allocatedByteCount + capacity <= maximumByteCount || inFlightCount == 0 else { return false }
        let index: Int
        if let free = freeSegments.popLast() {
            index = free
            segments[index].base.deallocate()
            allocatedByteCount -= segments[index].capacity
        } else {
            index = state.pointee.segmentCount
            guard index < maximumSegmentCount else { return false }
            state.pointee.segmentCount += 1
        }
        allocatedByteCount += capacity
        let base = UnsafeMutableRawPointer.allocate(byteCount: capacity + RawBuffer.slack, alignment: 64)
        (segments + index).initialize(to: Segment(base: base, capacity: capacity))
        state.pointee.currentSegment = index
        return true
    }

    /// Accounts for the frames that were written through `cursor`, which was opened last.
    ///
    /// - Parameters:
    ///   - cursor: where they were written.
    ///   - batchRowCount: the rows of the one BATCH frame; 0 for EXECUTE frames.
    package func commit(_ cursor: BulkCursor, batchRowCount: Int = 0) {
        guard cursor.frameCount > 0 else { return }
        newestStream = Int(cursor.nextFreeStream.pointee)
        if batchRowCount > 0 { rowCounts[newestStream] = UInt16(truncatingIfNeeded: batchRowCount) }
        state.pointee.freeStreamCount -= cursor.frameCount
        segments[currentSegment].outstandingCount += cursor.frameCount
        segments[currentSegment].writeIndex = cursor.writeIndex
        if unsent.last != currentSegment { unsent.append(currentSegment) }
    }

    /// The stream id of the frame that was written last.
    package private(set) var newestStream = 0

    /// Ends the current segment; the next frame opens another one.
    package func sealSegment() {
        guard currentSegment >= 0 else { return }
        let index = currentSegment
        state.pointee.currentSegment = -1
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
    ///
    /// - Returns: the rows that the frame carried; 0 when none of this id was in flight.
    @discardableResult
    package func release(_ stream: Int) -> Int {
        let index = Int(slots[stream].segment)
        guard index >= 0 else { return 0 }
        slots[stream].segment = -1
        attempts[stream] = 0
        let rowCount = Int(rowCounts[stream])
        rowCounts[stream] = 1
        freeStreams[freeStreamCount] = UInt16(stream)
        state.pointee.freeStreamCount += 1
        segments[index].outstandingCount -= 1
        if segments[index].outstandingCount == 0 { recycleIfDone(index) }
        return rowCount
    }

    /// Frees every id, as if all requests had been answered.
    package func releaseAll() {
        for stream in 0..<streamCount where slots[stream].segment >= 0 { release(stream) }
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
        guard segment.capacity > segmentByteCount else {
            freeSegments.append(index)
            return
        }
        // A row larger than a segment is rare: its memory shrinks to an ordinary segment's.
        segment.base.deallocate()
        segments[index].base = .allocate(byteCount: segmentByteCount + RawBuffer.slack, alignment: 64)
        segments[index].capacity = segmentByteCount
        allocatedByteCount -= segment.capacity - segmentByteCount
        freeSegments.append(index)
    }

    /// Bytes that were written and not handed to the connection.
    package var unsentByteCount: Int {
        unsent.reduce(0) { $0 + segments[$1].writeIndex - segments[$1].sentIndex }
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
        if attempts[stream] & 0xFF < 0xFF { attempts[stream] += 1 }
        return Int(attempts[stream] & 0xFF)
    }

    /// Counts another connection that broke while the request was under way.
    package func countLoss(_ stream: Int) -> Int {
        if attempts[stream] >> 8 < 0xFF { attempts[stream] += 0x100 }
        return Int(attempts[stream] >> 8)
    }

    /// Forgets what was handed to a connection that is gone: everything in flight counts as sent, to be sent again
    /// frame by frame.
    package func connectionLost() {
        takeUnsent { _ in }
    }
}
