/// A part of the target's ring: tokens above `lowerBound`, up to and including `upperBound`.
struct TokenRange: Hashable, Sendable {
    let lowerBound: Int64
    let upperBound: Int64

    /// Divides the whole ring into `count` ranges of the same length, and where that does not make it many more also at
    /// `boundaries`, so that each range has one owner.
    ///
    /// The smallest number is no partition's token, so that nothing lies outside the first range.
    static func ring(dividedInto count: Int, at boundaries: [Int64] = []) -> [TokenRange] {
        let count = max(1, count)
        let length = UInt64.max / UInt64(count)
        var bounds = (0...count).map { index -> Int64 in
            if index == count { return .max }
            return Int64.min &+ Int64(bitPattern: length &* UInt64(index))
        }
        if count > 1, boundaries.count <= 4 * count { bounds = Set(bounds).union(boundaries).sorted() }
        return zip(bounds, bounds.dropFirst()).map { TokenRange(lowerBound: $0, upperBound: $1) }
    }
}
