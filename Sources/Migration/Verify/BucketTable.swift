import SchemaTranslation

/// The rows of one side, as a count and a sum of digests per bucket of keys.
///
/// Sums do not depend on an order: the sides may be read in any order and in any number of parts, and the tables of
/// the parts are added.
struct BucketTable: Equatable, Sendable {
    /// The rows whose keys fall into one bucket.
    struct Bucket: Equatable, Sendable {
        var digestSum: UInt128 = 0
        var rowCount = 0
        var byteCount = 0

        /// Whether two sides' buckets hold the same rows.
        func matches(_ other: Bucket) -> Bool { rowCount == other.rowCount && digestSum == other.digestSum }
    }

    /// Bits of a key's digest that select a bucket.
    let bitCount: Int
    private(set) var buckets: [Bucket]

    /// - Parameter bitCount: 1 to 16; 16 for a table that may be large.
    init(bitCount: Int) {
        self.bitCount = bitCount
        buckets = [Bucket](repeating: Bucket(), count: 1 << bitCount)
    }

    var rowCount: Int { buckets.reduce(0) { $0 + $1.rowCount } }

    /// Counts a row.
    @inline(__always)
    mutating func add(keyDigest: UInt64, rowDigest: UInt128, byteCount: Int) {
        let index = Self.index(keyDigest, bitCount: bitCount)
        buckets[index].digestSum &+= rowDigest
        buckets[index].rowCount &+= 1
        buckets[index].byteCount &+= byteCount
    }

    /// Adds the rows of another part of the same side.
    mutating func add(_ other: BucketTable) {
        for index in buckets.indices {
            buckets[index].digestSum &+= other.buckets[index].digestSum
            buckets[index].rowCount &+= other.buckets[index].rowCount
            buckets[index].byteCount &+= other.buckets[index].byteCount
        }
    }

    /// The bucket of a key: the digest's upper bits.
    @inline(__always)
    static func index(_ keyDigest: UInt64, bitCount: Int) -> Int {
        Int(truncatingIfNeeded: keyDigest &>> UInt64(truncatingIfNeeded: 64 &- bitCount))
    }

    /// The buckets that do not hold the same rows on both sides.
    static func differences(source: BucketTable, target: BucketTable) -> [BucketDifference] {
        source.buckets.indices.compactMap { index in
            let (left, right) = (source.buckets[index], target.buckets[index])
            if left.matches(right) { return nil }
            return BucketDifference(
                index: index,
                sourceRowCount: left.rowCount,
                targetRowCount: right.rowCount,
                byteCount: left.byteCount + right.byteCount
            )
        }
    }
}

/// A bucket that does not hold the same rows on both sides.
struct BucketDifference: Equatable, Sendable {
    let index: Int
    let sourceRowCount: Int
    let targetRowCount: Int
    /// Of the rows of both sides in their canonical form.
    let byteCount: Int

    /// Only one side has rows there, so that their number says everything but which they are.
    var isOneSided: Bool { sourceRowCount == 0 || targetRowCount == 0 }

    /// Bytes of memory that the bucket's rows take while they are compared.
    var memoryByteCount: Int { byteCount + (sourceRowCount + targetRowCount) * CollectedRows.overheadByteCount }
}

/// Adds rows to a bucket table: all that the first reading of both sides does with them.
struct DigestSink: CanonicalRowSink {
    private let key: DigestKey
    private(set) var table: BucketTable
    private(set) var rowCount = 0

    init(key: DigestKey, bitCount: Int) {
        self.key = key
        table = BucketTable(bitCount: bitCount)
    }

    @inline(__always)
    mutating func take(_ start: UnsafeRawPointer, _ row: RowShape.Row) {
        table.add(
            keyDigest: row.keyDigest,
            rowDigest: key.rowDigest(start, byteCount: row.byteCount),
            byteCount: row.byteCount
        )
        rowCount &+= 1
    }

    /// The reader counts these rows itself.
    func reject(_ row: ArraySlice<UInt8>, _ rejection: Rejection, _ plan: TablePlan) {}
}
