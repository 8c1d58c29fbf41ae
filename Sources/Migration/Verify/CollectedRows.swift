import Synchronization

/// Rows of one side in their canonical form, kept while their buckets are compared.
struct CollectedRows: Equatable, Sendable {
    /// What a row takes beside its bytes, here and while rows are compared.
    static let overheadByteCount = 192

    private(set) var bytes: [UInt8] = []
    private(set) var ends: [Int] = []

    var count: Int { ends.count }

    /// The bytes of a row.
    subscript(index: Int) -> ArraySlice<UInt8> { bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]] }

    mutating func append(_ row: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: row)
        ends.append(bytes.count)
    }

    /// Adds the rows of another part of the same side.
    mutating func append(_ other: CollectedRows) {
        let offset = bytes.count
        bytes += other.bytes
        ends += other.ends.map { $0 + offset }
    }
}

/// The memory that rows may still take, shared by all who collect them.
final class RowAllowance: Sendable {
    private let byteCount: Atomic<Int>

    init(byteCount: Int) { self.byteCount = Atomic(byteCount) }

    /// Takes a share; false when nothing is left.
    func take(_ share: Int) -> Bool { byteCount.subtract(share, ordering: .relaxed).newValue >= 0 }

    /// Whether more was wanted than there was: then rows are missing from what was collected.
    var isExceeded: Bool { byteCount.load(ordering: .relaxed) < 0 }
}

/// Keeps the rows of the buckets that are looked into: what the second reading does.
struct CollectingSink: CanonicalRowSink {
    private let selection: BucketSelection
    private let allowance: RowAllowance
    private(set) var rows = CollectedRows()
    private(set) var rowCount = 0

    init(selection: BucketSelection, allowance: RowAllowance) {
        self.selection = selection
        self.allowance = allowance
    }

    @inline(__always)
    mutating func take(_ start: UnsafeRawPointer, _ row: RowShape.Row) {
        rowCount &+= 1
        guard selection.contains(keyDigest: row.keyDigest) else { return }
        keep(UnsafeRawBufferPointer(start: start, count: row.byteCount))
    }

    private mutating func keep(_ row: UnsafeRawBufferPointer) {
        guard allowance.take(row.count + CollectedRows.overheadByteCount) else { return }
        rows.append(row)
    }
}
