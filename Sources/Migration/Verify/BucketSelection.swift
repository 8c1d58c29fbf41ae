/// Which of the differing buckets are looked into, so that their rows fit into memory, and what is known of the rest.
struct BucketSelection: Equatable, Sendable {
    let bitCount: Int
    /// One bit per bucket.
    private var words: [UInt64]
    /// Rows of buckets that are not looked into although their numbers are exact: one side has none there.
    private(set) var missingElsewhere = 0
    private(set) var extraElsewhere = 0
    /// Buckets whose rows did not fit; of those, only the difference in numbers is known.
    private(set) var unexaminedCount = 0
    private(set) var examinedCount = 0

    /// Chooses buckets.
    ///
    /// Buckets with rows on both sides come first, small ones before large ones: of a bucket with rows on one side
    /// only, examples are all that is left to learn.
    ///
    /// - Parameters:
    ///   - differences: of the two sides' bucket tables.
    ///   - bitCount: of those tables.
    ///   - byteLimit: memory for the rows of both sides.
    ///   - exampleLimit: rows of each kind that will be shown.
    init(of differences: [BucketDifference], bitCount: Int, byteLimit: Int, exampleLimit: Int) {
        self.bitCount = bitCount
        words = [UInt64](repeating: 0, count: max(1, (1 << bitCount) / 64))
        var left = byteLimit
        let bySize = differences.sorted { ($0.memoryByteCount, $0.index) < ($1.memoryByteCount, $1.index) }
        for difference in bySize where !difference.isOneSided {
            if difference.memoryByteCount <= left {
                left -= difference.memoryByteCount
                examine(difference.index)
            } else {
                unexaminedCount += 1
                missingElsewhere += max(0, difference.sourceRowCount - difference.targetRowCount)
                extraElsewhere += max(0, difference.targetRowCount - difference.sourceRowCount)
            }
        }
        var missingToShow = exampleLimit
        var extraToShow = exampleLimit
        for difference in bySize where difference.isOneSided {
            let wanted = difference.targetRowCount == 0 ? missingToShow > 0 : extraToShow > 0
            if wanted, difference.memoryByteCount <= left {
                left -= difference.memoryByteCount
                missingToShow -= difference.sourceRowCount
                extraToShow -= difference.targetRowCount
                examine(difference.index)
            } else {
                missingElsewhere += difference.sourceRowCount
                extraElsewhere += difference.targetRowCount
            }
        }
    }

    private mutating func examine(_ index: Int) {
        words[index / 64] |= 1 << UInt64(index % 64)
        examinedCount += 1
    }

    /// Whether the rows with such a key are looked into.
    @inline(__always)
    func contains(keyDigest: UInt64) -> Bool {
        let index = BucketTable.index(keyDigest, bitCount: bitCount)
        return words[index &>> 6] &>> UInt64(truncatingIfNeeded: index & 63) & 1 != 0
    }
}
