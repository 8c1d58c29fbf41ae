import SchemaTranslation
import WireKit

/// Finds the end of a row in its canonical form, and the digest of its key on the way.
///
/// The canonical form is what both sides can be brought to without decoding a value: the CQL values in the plan's
/// column order, each an `int32` length and the bytes, NULL as −1. EXECUTE carries it behind the number of values, a
/// page of rows carries nothing else.
struct RowShape: ~Copyable {
    /// What one row is, apart from its bytes.
    struct Row {
        let byteCount: Int
        let keyDigest: UInt64
    }

    let columnCount: Int
    let key: DigestKey
    private let isKey: UnsafeMutablePointer<Bool>

    init(_ plan: TablePlan, key: DigestKey) {
        columnCount = plan.columns.count
        self.key = key
        // Memory of its own, so that the loop over rows neither counts references nor checks bounds.
        isKey = .allocate(capacity: max(columnCount, 1))
        isKey.initialize(from: plan.columns.map(\.isKey), count: columnCount)
    }

    deinit { isKey.deallocate() }

    /// The row at `start`; nil when it does not end before `end`.
    @inline(__always)
    func row(at start: UnsafeRawPointer, before end: UnsafeRawPointer) -> Row? {
        var value = start
        var digest: UInt64 = 0
        var column = 0
        while column < columnCount {
            if end - value < 4 { return nil }
            let length = Int(value.loadBigEndian(Int32.self))
            let next = value + 4 + max(length, 0)
            if length > end - value - 4 { return nil }
            if isKey[column] {
                digest = key.keyDigest(adding: value, byteCount: next - value, to: digest)
            }
            value = next
            column &+= 1
        }
        return Row(byteCount: value - start, keyDigest: digest)
    }
}

/// Takes the rows of either side, one by one, in whatever order they come.
protocol CanonicalRowSink {
    /// Rows taken so far.
    var rowCount: Int { get }

    /// A row in its canonical form; the bytes are valid during the call only.
    mutating func take(_ start: UnsafeRawPointer, _ row: RowShape.Row)

    /// A row of the source, as COPY sent it, that the target cannot hold.
    ///
    /// - Throws: `WireError` when the row is not one of `plan`.
    mutating func reject(_ row: ArraySlice<UInt8>, _ rejection: Rejection, _ plan: TablePlan) throws(WireError)
}
