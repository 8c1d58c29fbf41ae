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
    private let key: PartitionKeyReader
    private let nullLength: Int32
    private let timestamp: Int64
    private var hasSeenHeader = false

    /// Rows written into windows.
    package private(set) var rowCount = 0
    /// Timestamps whose microseconds were cut.
    package private(set) var flooredCount = 0

    /// - Parameters:
    ///   - plan: the table.
    ///   - nullLength: what NULL becomes: −1 (null) or −2 (unset).
    ///   - timestamp: microseconds since 1970 that every write carries.
    package init(_ plan: TablePlan, nullLength: Int32, timestamp: Int64) {
        table = TranscodingTable(plan)
        key = PartitionKeyReader(plan)
        self.nullLength = nullLength
        self.timestamp = timestamp
    }

    /// Moves rows from `input` to `windows` until something is needed.
    package mutating func consume(_ input: inout RawBuffer, into windows: BulkWindows) -> Step {
        windows.begin(timestamp: timestamp)
        defer { windows.end() }
        if let router = windows.router { return transcode(&input, windows, Routed(router: router)) }
        return transcode(&input, windows, Unrouted())
    }

    /// Where rows go, as a type: the loop is compiled once for each.
    private protocol Routing {
        /// The window of a row's token; the token is computed only when it is looked at.
        func window(_ token: @autoclosure () -> Int64?) -> Int?
    }

    private struct Routed: Routing {
        let router: TokenRouter

        @inline(__always)
        func window(_ token: @autoclosure () -> Int64?) -> Int? {
            guard let token = token() else { return nil }
            return router.link(of: token)
        }
    }

    private struct Unrouted: Routing {
        @inline(__always)
        func window(_ token: @autoclosure () -> Int64?) -> Int? { 0 }
    }

    private mutating func transcode<R: Routing>(
        _ input: inout RawBuffer,
        _ windows: BulkWindows,
        _ routing: R
    ) -> Step {
        let transcoder = TupleTranscoder(operations: table.operations, columnCount: table.count, nullLength: nullLength)
        let start = input.readPointer
        let end = start + input.readableByteCount
        let cursors = windows.cursors
        let isBatching = windows.grouping.isBatching
        let timestamp = self.timestamp
        var message = start
        var floored = flooredCount
        var rows = 0
        defer {
            rowCount += rows
            flooredCount = floored
            input.consume(message - start)
        }
        while end - message >= 5 {
            let kind = message.load(as: UInt8.self)
            let length = Int(message.loadBigEndian(UInt32.self, at: 1))
            if !Self.lengths.contains(length) { return .malformed(Self.badLength(length)) }
            if length > end - message - 1 { return .needInput }
            let next = message + (1 &+ length)
            guard kind == UInt8(ascii: "d") else { return .endOfData }
            var tuple = message + 5
            if !hasSeenHeader {
                guard let after = Self.skipHeader(tuple, next) else { return .malformed(Self.badHeader) }
                hasSeenHeader = true
                tuple = after
            }
            // The trailer, or a message that held the header only.
            if next - tuple < 2 || tuple.loadBigEndian(UInt16.self) == 0xFFFF {
                message = next
                continue
            }
            guard let window = routing.window(key.token(tuple, next, transcoder)) else {
                return careful(tuple, next, from: start, input.readIndex)
            }
            let cursor = cursors + window
            let bound = TupleTranscoder.outputBound(tupleByteCount: next - tuple) &+ RowTemplate.timestampByteCount
            if !cursor.pointee.hasRoom(for: cursor.pointee.prefixByteCount &+ bound) {
                guard let template = windows.template(of: window),
                    windows.makeRoom(window, for: template.prefixByteCount &+ bound)
                else {
                    windows.refused(window)
                    // The message is looked at again from its beginning, with the header that it may have.
                    if tuple != message + 5 { hasSeenHeader = false }
                    return .windowFull
                }
            }
            let frame = cursor.pointee.base + cursor.pointee.writeIndex
            frame.copyInBlocks(from: cursor.pointee.prefix, byteCount: cursor.pointee.prefixByteCount)
            let values = frame + cursor.pointee.prefixByteCount
            let flooredBefore = floored
            guard let after = transcoder.transcode(tuple, next, into: values, flooredCount: &floored) else {
                floored = flooredBefore
                return careful(tuple, next, from: start, input.readIndex)
            }
            if isBatching {
                cursor.pointee.finishBatchEntry(byteCount: after - frame)
            } else {
                after.storeBigEndian(timestamp)
                cursor.pointee.finishFrame(byteCount: after - frame &+ RowTemplate.timestampByteCount)
            }
            rows &+= 1
            message = next
        }
        return .needInput
    }

    private func careful(
        _ tuple: UnsafeRawPointer,
        _ next: UnsafeRawPointer,
        from start: UnsafeRawPointer,
        _ offset: Int
    ) -> Step {
        .careful(tuple: (offset + (tuple - start))..<(offset + (next - start)))
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
