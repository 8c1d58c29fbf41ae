import SchemaTranslation
import WireKit

/// The loop over the source's rows: COPY messages in a connection's input become canonical rows for a sink.
///
/// The values are those that `CopyLoop` writes, made by the same transcoder, so that whatever the copy changes on
/// purpose, such as the microseconds of a timestamp, is no difference.
struct SourceRowLoop: ~Copyable {
    /// Why the loop came back.
    enum Step: Equatable, Sendable {
        /// Fewer bytes than a message: receive more.
        case needInput
        /// The message at the front of the input is a row for the careful path; its tuple is `tuple` of the input.
        case careful(tuple: Range<Int>)
        /// The message at the front of the input is not copy data: the end, or something that may come at any time.
        case endOfData
        /// The server broke the COPY format.
        case malformed(WireError)
    }

    private let table: TranscodingTable
    private let shape: RowShape
    private let conversion: RowConversion
    private var scratch = RawBuffer(capacity: 4 << 10)
    private var hasSeenHeader = false

    init(_ plan: TablePlan, key: DigestKey) {
        table = TranscodingTable(plan)
        shape = RowShape(plan, key: key)
        conversion = RowConversion(plan, nullLength: -1)
    }

    /// Gives the rows of `input` to `sink` until something is needed.
    mutating func consume(_ input: inout RawBuffer, into sink: inout some CanonicalRowSink) -> Step {
        let transcoder = TupleTranscoder(operations: table.operations, columnCount: table.count, nullLength: -1)
        let start = input.readPointer
        let end = start + input.readableByteCount
        var message = start
        defer { input.consume(message - start) }
        var floored = 0
        while end - message >= 5 {
            let kind = message.load(as: UInt8.self)
            let length = Int(message.loadBigEndian(UInt32.self, at: 1))
            if !CopyLoop.lengths.contains(length) { return .malformed(CopyLoop.badLength(length)) }
            if length > end - message - 1 { return .needInput }
            let next = message + (1 &+ length)
            guard kind == UInt8(ascii: "d") else { return .endOfData }
            var tuple = message + 5
            if !hasSeenHeader {
                guard let after = CopyLoop.skipHeader(tuple, next) else { return .malformed(CopyLoop.badHeader) }
                hasSeenHeader = true
                tuple = after
            }
            // The trailer, or a message that held the header only.
            if next - tuple < 2 || tuple.loadBigEndian(UInt16.self) == 0xFFFF {
                message = next
                continue
            }
            let need = TupleTranscoder.outputBound(tupleByteCount: next - tuple)
            if need > scratch.capacity { scratch.reserve(need) }
            let values = scratch.writePointer
            guard
                let after = transcoder.transcode(tuple, next, into: values, flooredCount: &floored),
                let row = shape.row(at: values + 2, before: after)
            else {
                let offset = input.readIndex
                return .careful(tuple: (offset + (tuple - start))..<(offset + (next - start)))
            }
            sink.take(values + 2, row)
            message = next
        }
        return .needInput
    }

    /// Converts a row with care and gives it to `sink`, unless the target cannot hold it.
    ///
    /// - Returns: why the target cannot hold it; nil when it can.
    /// - Throws: `WireError` when the tuple is not what the server's COPY format promises.
    func take(
        carefully tuple: ArraySlice<UInt8>,
        into sink: inout some CanonicalRowSink
    ) throws(WireError) -> Rejection? {
        switch try conversion.convert(tuple) {
        case .failure(let rejection):
            return rejection
        case .success(let converted):
            let isRow = converted.values.withUnsafeBytes { values in
                guard let base = values.baseAddress, values.count >= 2 else { return false }
                guard let row = shape.row(at: base + 2, before: base + values.count) else { return false }
                sink.take(base + 2, row)
                return true
            }
            if isRow { return nil }
            throw WireError(.invalidValue("it does not have the plan's columns"), field: "converted row", offset: 0)
        }
    }
}
