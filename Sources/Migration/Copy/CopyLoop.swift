package import CQLClient
package import SchemaTranslation
package import WireKit

/// The loop over rows: COPY messages in a connection's input become EXECUTE frames in a bulk window.
///
/// It is synchronous and works on locals; the fields of the buffers are touched once per segment of about a thousand
/// rows. What it cannot do alone it returns as a `Step` and is called again.
package struct CopyLoop: ~Copyable {
    /// Why the loop came back.
    package enum Step: Equatable, Sendable {
        /// Fewer bytes than a message: receive more.
        case needInput
        /// Neither stream ids nor bytes are left: wait for answers.
        case windowFull
        /// The message at the front of the input is a row for the careful path; its tuple is `tuple` of the input.
        case careful(tuple: Range<Int>)
        /// The message at the front of the input is not part of the copy data.
        case endOfData
        /// The server broke the COPY format.
        case malformed(WireError)
    }

    /// PostgreSQL's own limit for a row is one gigabyte; an announced length above it cannot be one.
    static let lengths = 4...(1 << 30)

    private let table: TranscodingTable
    private let template: ExecuteTemplate
    private let nullLength: Int32
    private let timestamp: Int64
    private var hasSeenHeader = false

    /// Rows written as frames.
    package private(set) var rowCount = 0
    /// Timestamps whose microseconds were cut.
    package private(set) var flooredCount = 0

    /// - Parameters:
    ///   - plan: the table.
    ///   - template: the bytes before and around the values of every frame.
    ///   - nullLength: what NULL becomes: −1 (null) or −2 (unset).
    ///   - timestamp: microseconds since 1970 that every write carries.
    package init(_ plan: TablePlan, template: ExecuteTemplate, nullLength: Int32, timestamp: Int64) {
        table = TranscodingTable(plan)
        self.template = template
        self.nullLength = nullLength
        self.timestamp = timestamp
    }

    /// Moves rows from `input` to `window` until something is needed.
    package mutating func consume(_ input: inout RawBuffer, into window: BulkWindow) -> Step {
        let transcoder = TupleTranscoder(
            operations: table.operations,
            columnCount: table.count,
            nullLength: nullLength
        )
        while true {
            switch fillSegment(&input, window, transcoder) {
            case .segmentFull: window.sealSegment()
            case .step(let step): return step
            }
        }
    }

    private enum SegmentEnd {
        case segmentFull
        case step(Step)
    }

    private mutating func fillSegment(
        _ input: inout RawBuffer,
        _ window: BulkWindow,
        _ transcoder: TupleTranscoder
    ) -> SegmentEnd {
        let start = input.readPointer
        let end = start + input.readableByteCount
        guard end - start >= 5 else { return .step(.needInput) }
        let firstLength = Int(start.loadBigEndian(UInt32.self, at: 1))
        guard Self.lengths.contains(firstLength) else { return .step(.malformed(Self.badLength(firstLength))) }
        guard firstLength <= end - start - 1 else { return .step(.needInput) }
        let firstNeed = template.byteCount + TupleTranscoder.outputBound(tupleByteCount: firstLength) + 8
        guard var cursor = window.openCursor(for: firstNeed) else { return .step(.windowFull) }

        let header = UnsafeRawPointer(template.pointer)
        let headerByteCount = template.byteCount
        let timestamp = self.timestamp
        var message = start
        var floored = flooredCount
        defer {
            window.commit(cursor)
            rowCount += cursor.frameCount
            flooredCount = floored
            input.consume(message - start)
        }
        while end - message >= 5 {
            let kind = message.load(as: UInt8.self)
            let length = Int(message.loadBigEndian(UInt32.self, at: 1))
            if !Self.lengths.contains(length) { return .step(.malformed(Self.badLength(length))) }
            if length > end - message - 1 { return .step(.needInput) }
            let next = message + (1 &+ length)
            guard kind == UInt8(ascii: "d") else { return .step(.endOfData) }
            var tuple = message + 5
            if !hasSeenHeader {
                guard let after = Self.skipHeader(tuple, next) else { return .step(.malformed(Self.badHeader)) }
                hasSeenHeader = true
                tuple = after
            }
            // The trailer, or a message that held the header only.
            if next - tuple < 2 || tuple.loadBigEndian(UInt16.self) == 0xFFFF {
                message = next
                continue
            }
            if cursor.frameCount == cursor.availableStreamCount { return .step(.windowFull) }
            let need = headerByteCount &+ TupleTranscoder.outputBound(tupleByteCount: next - tuple) &+ 8
            if cursor.writeIndex &+ need > cursor.capacity { return .segmentFull }
            let frame = cursor.base + cursor.writeIndex
            frame.copyInBlocks(from: header, byteCount: headerByteCount)
            let flooredBefore = floored
            let values = frame + headerByteCount
            guard let after = transcoder.transcode(tuple, next, into: values, flooredCount: &floored) else {
                floored = flooredBefore
                let offset = input.readIndex
                return .step(.careful(tuple: (offset + (tuple - start))..<(offset + (next - start))))
            }
            after.storeBigEndian(timestamp)
            cursor.finishFrame(byteCount: after - frame &+ 8)
            message = next
        }
        return .step(.needInput)
    }

    /// Behind the header of the COPY BINARY format: signature, flags and an extension that may be skipped.
    static func skipHeader(_ start: UnsafeRawPointer, _ end: UnsafeRawPointer) -> UnsafeRawPointer? {
        let signature: [UInt8] = [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00]
        guard end - start >= 19, UnsafeRawBufferPointer(start: start, count: 11).elementsEqual(signature) else {
            return nil
        }
        // Bits 16–31 of the flags are critical: a reader that does not know one must give up. Bit 16 (OIDs) is history.
        guard start.loadBigEndian(UInt32.self, at: 11) >> 16 == 0 else { return nil }
        let extensionByteCount = Int(start.loadBigEndian(UInt32.self, at: 15))
        guard extensionByteCount <= end - start - 19 else { return nil }
        return start + (19 + extensionByteCount)
    }

    static func badLength(_ length: Int) -> WireError {
        WireError(.invalidLength(length), field: "CopyData length", offset: 1)
    }

    static var badHeader: WireError {
        WireError(.invalidValue("it is not the header of the COPY BINARY format"), field: "COPY header", offset: 0)
    }
}
