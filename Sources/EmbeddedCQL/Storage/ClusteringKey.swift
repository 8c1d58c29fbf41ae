import CQLWire

/// The clustering columns of a table: how its rows are ordered within a partition.
///
/// A clustering key is its values in turn, each with its length before it.
struct ClusteringOrder: Equatable, Sendable {
    struct Component: Equatable, Sendable {
        let type: ColumnType
        let isDescending: Bool
    }

    let components: [Component]

    /// Compares two clustering keys; one that is a prefix of the other is the same.
    func compare(
        _ left: [UInt8],
        _ leftRange: Range<Int>,
        _ right: [UInt8],
        _ rightRange: Range<Int>
    ) -> ValueOrder.Result {
        var a = leftRange.lowerBound
        var b = rightRange.lowerBound
        for component in components where a < leftRange.upperBound && b < rightRange.upperBound {
            let aLength = left.readVariableLength(at: &a)
            let bLength = right.readVariableLength(at: &b)
            let result = ValueOrder.compare(component.type, left, a..<a + aLength, right, b..<b + bLength)
            if result != .same { return component.isDescending ? result.reversed : result }
            a += aLength
            b += bLength
        }
        return .same
    }

    /// The ranges of the values of a key.
    static func values(of key: [UInt8], in range: Range<Int>) -> [Range<Int>] {
        var values: [Range<Int>] = []
        var position = range.lowerBound
        while position < range.upperBound {
            let length = key.readVariableLength(at: &position)
            values.append(position..<position + length)
            position += length
        }
        return values
    }
}

/// A range of clustering keys; bounds may be prefixes, and then stand for all keys that begin with them.
struct ClusteringRange: Equatable, Sendable {
    struct Bound: Equatable, Sendable {
        /// Values, each with its length before it; empty: no bound.
        var key: [UInt8] = []
        var isInclusive = true
    }

    var start = Bound()
    var end = Bound()

    /// The keys that begin with `prefix`.
    static func prefix(_ prefix: [UInt8]) -> ClusteringRange {
        ClusteringRange(start: Bound(key: prefix), end: Bound(key: prefix))
    }
}

extension ClusteringOrder {
    /// Whether the key that lies in `bytes` at `range` does not lie before the start of `keys`.
    func reachesStart(of keys: ClusteringRange, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        if keys.start.key.isEmpty { return true }
        switch compare(bytes, range, keys.start.key, keys.start.key.indices) {
        case .ascending: return false
        case .same: return keys.start.isInclusive
        case .descending: return true
        }
    }

    /// Whether the key lies behind the end of `keys`.
    func passesEnd(of keys: ClusteringRange, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        if keys.end.key.isEmpty { return false }
        switch compare(bytes, range, keys.end.key, keys.end.key.indices) {
        case .ascending: return false
        case .same: return !keys.end.isInclusive
        case .descending: return true
        }
    }

    func contains(_ keys: ClusteringRange, _ key: [UInt8]) -> Bool {
        reachesStart(of: keys, key, key.indices) && !passesEnd(of: keys, key, key.indices)
    }
}

/// Partition keys as they are hashed: one value alone is its bytes; several each have their length (two bytes)
/// before and a zero behind them.
enum RoutingKey {
    /// The ranges of the values of a key of `count` columns.
    static func values(of key: [UInt8], in range: Range<Int>, count: Int) -> [Range<Int>] {
        guard count > 1 else { return [range] }
        var values: [Range<Int>] = []
        var position = range.lowerBound
        while position < range.upperBound {
            let length = Int(key[position]) << 8 | Int(key[position + 1])
            values.append(position + 2..<position + 2 + length)
            position += length + 3
        }
        return values
    }

    /// Appends one of several values; none may be longer than 65535 bytes.
    static func append(_ value: ArraySlice<UInt8>, to key: inout [UInt8]) {
        key.append(UInt8(truncatingIfNeeded: value.count >> 8))
        key.append(UInt8(truncatingIfNeeded: value.count))
        key.append(contentsOf: value)
        key.append(0)
    }
}
