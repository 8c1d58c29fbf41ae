import SchemaTranslation
import Synchronization
import WireKit

/// Rows of one side in their canonical form, kept while their buckets are compared.
struct CollectedRows: Equatable, Sendable {
    /// What a row takes beside its bytes, here and while rows are compared.
    static let overheadByteCount = 192

    private(set) var bytes: [UInt8] = []
    private(set) var ends: [Int] = []
    /// Rows of the source that the target cannot hold, by the bytes of their keys: what the target has under such a
    /// key is not a row of its own.
    private(set) var unrepresentable: [[UInt8]: UnrepresentableValue] = [:]

    /// So many are remembered; under the keys of those beyond, the target's rows are taken for rows of its own.
    private static let unrepresentableLimit = 100_000

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
        for (key, value) in other.unrepresentable { append(unrepresentable: value, key: key) }
    }

    mutating func append(unrepresentable value: UnrepresentableValue, key: [UInt8]) {
        if unrepresentable.count < Self.unrepresentableLimit { unrepresentable[key] = value }
    }
}

/// The value because of which the target cannot hold a row.
struct UnrepresentableValue: Equatable, Sendable {
    /// Index into the plan's columns; nil when no single column is to blame.
    let column: Int?
    /// As the source's tools show it; nil is NULL.
    let text: String?
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

    mutating func reject(_ row: ArraySlice<UInt8>, _ rejection: Rejection, _ plan: TablePlan) throws(WireError) {
        let fields = try RowConversion.fields(of: row, columnCount: plan.columns.count)
        guard let key = try plan.keyBytes(of: fields) else { return }
        let text = rejection.column.flatMap { column in
            fields[column].map { plan.columns[column].sourceText(of: $0) }
        }
        rows.append(unrepresentable: UnrepresentableValue(column: rejection.column, text: text), key: key)
    }

    private mutating func keep(_ row: UnsafeRawBufferPointer) {
        guard allowance.take(row.count + CollectedRows.overheadByteCount) else { return }
        rows.append(row)
    }
}

extension TablePlan {
    /// The key of a source row as `CanonicalRow.keyBytes` has it; nil when the target cannot hold the key either.
    fileprivate func keyBytes(of fields: [ArraySlice<UInt8>?]) throws(WireError) -> [UInt8]? {
        var keyPlan = self
        keyPlan.columns = key.map { columns[$0] }
        keyPlan.partitionKey = Array(partitionKey.indices)
        keyPlan.clusteringKey = Array(partitionKey.count..<key.count)
        var writer = ByteWriter()
        writer.writeInteger(UInt16(truncatingIfNeeded: key.count))
        for column in key {
            writer.writeInteger(Int32(truncatingIfNeeded: fields[column]?.count ?? -1))
            writer.writeBytes(fields[column] ?? [])
        }
        switch try RowConversion(keyPlan, nullLength: -1).convert(writer.bytes[...]) {
        case .success(let converted): return Array(converted.values.dropFirst(2))
        case .failure: return nil
        }
    }
}
