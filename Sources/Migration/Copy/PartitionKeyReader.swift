import SchemaTranslation
import WireKit

/// Computes the token of a row from its COPY BINARY tuple, before the row is written: which shard it belongs to decides
/// where it is written.
///
/// The key's bytes are hashed as the target will hold them: in place where they are the same on both sides, else
/// converted into a scratch memory. A composite key is `[short length, bytes, 0]…` (Cassandra's CompositeType).
struct PartitionKeyReader: ~Copyable {
    private let columns: UnsafeMutablePointer<Int>
    private let columnCount: Int
    /// Whether the key is the first column, with the same bytes on both sides: nearly every table.
    private let isFirstColumn: Bool
    /// The serialised key, then one component.
    private let scratch: UnsafeMutableRawPointer
    private let component: UnsafeMutableRawPointer

    init(_ plan: TablePlan) {
        columnCount = plan.partitionKey.count
        columns = .allocate(capacity: max(1, columnCount))
        columns.initialize(from: plan.partitionKey, count: columnCount)
        let code = plan.partitionKey.first.map { TranscodingOperation(plan.columns[$0].conversion, isKey: true).code }
        isFirstColumn = plan.partitionKey == [0] && (code == .identical || code == .text)
        // Components longer than this make the row go the careful way.
        let bound = TupleTranscoder.outputBound(tupleByteCount: TupleTranscoder.shortKeyByteCount) + RawBuffer.slack
        scratch = .allocate(byteCount: max(1, columnCount) * (bound + 3), alignment: 16)
        component = .allocate(byteCount: bound, alignment: 16)
    }

    deinit {
        columns.deallocate()
        scratch.deallocate()
        component.deallocate()
    }

    /// The token of the tuple between `source` and `end`; nil when the row needs the careful path.
    @inline(__always)
    func token(_ source: UnsafeRawPointer, _ end: UnsafeRawPointer, _ transcoder: TupleTranscoder) -> Int64? {
        guard isFirstColumn else { return composedToken(source, end, transcoder) }
        if end - source < 6 { return nil }
        let length = Int(source.loadBigEndian(Int32.self, at: 2))
        if length &- 1 >= TupleTranscoder.shortKeyByteCount || length <= 0 || length > end - source - 6 { return nil }
        return UnsafeRawBufferPointer(start: source + 6, count: length).murmur3Token
    }

    private func composedToken(
        _ source: UnsafeRawPointer,
        _ end: UnsafeRawPointer,
        _ transcoder: TupleTranscoder
    ) -> Int64? {
        var byteCount = 0
        var field = source + 2
        var index = 0
        for place in 0..<columnCount {
            let column = columns[place]
            if column < index {
                field = source + 2
                index = 0
            }
            while index < column {
                guard let next = Self.field(behind: field, before: end) else { return nil }
                field = next
                index += 1
            }
            guard let next = Self.field(behind: field, before: end) else { return nil }
            let length = next - field - 4
            if length == 0 || length > TupleTranscoder.shortKeyByteCount { return nil }
            let operation = transcoder.operations[column]
            guard let bytes = convert(field + 4, length, operation, transcoder) else { return nil }
            if columnCount == 1 { return bytes.murmur3Token }
            (scratch + byteCount).storeBigEndian(UInt16(truncatingIfNeeded: bytes.count))
            if let start = bytes.baseAddress {
                (scratch + byteCount + 2).copyMemory(from: start, byteCount: bytes.count)
            }
            byteCount += bytes.count + 3
            scratch.storeBytes(of: 0, toByteOffset: byteCount - 1, as: UInt8.self)
        }
        return UnsafeRawBufferPointer(start: scratch, count: byteCount).murmur3Token
    }

    /// Behind a field that is not NULL, unless the tuple ends before.
    private static func field(behind field: UnsafeRawPointer, before end: UnsafeRawPointer) -> UnsafeRawPointer? {
        guard end - field >= 4 else { return nil }
        // What lies before a key column may be NULL; a key column itself cannot, and a length of 0 is refused.
        let length = max(0, Int(field.loadBigEndian(Int32.self)))
        return length <= end - field - 4 ? field + (4 + length) : nil
    }

    /// A component's bytes as the target holds them.
    private func convert(
        _ value: UnsafeRawPointer,
        _ length: Int,
        _ operation: TranscodingOperation,
        _ transcoder: TupleTranscoder
    ) -> UnsafeRawBufferPointer? {
        // A key column's timestamp with microseconds is refused, so there is nothing to count.
        var floored = 0
        let after: UnsafeMutableRawPointer?
        switch operation.code {
        case .identical, .text:
            return UnsafeRawBufferPointer(start: value, count: length)
        case .timestamp:
            guard length == 8, let converted = transcoder.timestamp(value, isKey: true, &floored) else { return nil }
            component.storeBigEndian(converted)
            return UnsafeRawBufferPointer(start: component, count: 8)
        case .date:
            guard length == 4, let converted = transcoder.date(value) else { return nil }
            component.storeBigEndian(converted)
            return UnsafeRawBufferPointer(start: component, count: 4)
        case .time:
            guard length == 8, let converted = transcoder.time(value) else { return nil }
            component.storeBigEndian(converted)
            return UnsafeRawBufferPointer(start: component, count: 8)
        case .jsonb:
            return UnsafeRawBufferPointer(start: value + 1, count: length - 1)
        case .numeric:
            after = transcoder.shortNumeric(value, length, into: component)
        case .inet:
            after = transcoder.inet(value, length, into: component)
        case .array:
            after = transcoder.array(value, length, operation, into: component, &floored)
        case .unsupported:
            return nil
        }
        // These write a `[value]`: its length is not part of the key.
        return after.map { UnsafeRawBufferPointer(start: component + 4, count: $0 - component - 4) }
    }
}
