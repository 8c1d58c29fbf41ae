import CQLWire

/// How the server sorts the values of a type: what clustering columns and comparisons use.
enum ValueOrder {
    enum Result: Equatable {
        case ascending
        case same
        case descending

        var reversed: Result {
            switch self {
            case .ascending: .descending
            case .same: .same
            case .descending: .ascending
            }
        }
    }

    /// Compares the value of `left` in `leftRange` with that of `right` in `rightRange`; empty values come first.
    static func compare(
        _ type: ColumnType,
        _ left: [UInt8],
        _ leftRange: Range<Int>,
        _ right: [UInt8],
        _ rightRange: Range<Int>
    ) -> Result {
        if leftRange.isEmpty || rightRange.isEmpty { return ordered(leftRange.count, rightRange.count) }
        switch type {
        case .tinyint, .smallint, .int, .bigint, .counter, .timestamp, .time:
            return ordered(left.signed(leftRange), right.signed(rightRange))
        case .float: return ordered(left.float(leftRange), right.float(rightRange))
        case .double: return ordered(left.double(leftRange), right.double(rightRange))
        case .varint: return integers(left[leftRange], right[rightRange])
        case .decimal: return decimals(left[leftRange], right[rightRange])
        case .timeuuid: return timeUUIDs(left[leftRange], right[rightRange])
        case .uuid: return uuids(left[leftRange], right[rightRange])
        case .frozen(let inner): return compare(inner, left, leftRange, right, rightRange)
        case .list(let element), .set(let element):
            return parts([element], 4, left, leftRange, right, rightRange)
        case .map(let key, let value): return parts([key, value], 4, left, leftRange, right, rightRange)
        case .tuple(let elements): return parts(elements, 0, left, leftRange, right, rightRange)
        case .userDefined(let type): return parts(type.fields.map(\.type), 0, left, leftRange, right, rightRange)
        case .ascii, .text, .blob, .boolean, .date, .inet, .duration, .custom:
            return bytes(left, leftRange, right, rightRange)
        }
    }

    /// Unsigned bytes, first difference decides.
    static func bytes(
        _ left: [UInt8],
        _ leftRange: Range<Int>,
        _ right: [UInt8],
        _ rightRange: Range<Int>
    ) -> Result {
        let common = min(leftRange.count, rightRange.count)
        for offset in 0..<common {
            let a = left[leftRange.lowerBound + offset]
            let b = right[rightRange.lowerBound + offset]
            if a != b { return a < b ? .ascending : .descending }
        }
        return ordered(leftRange.count, rightRange.count)
    }

    private static func ordered<Value: Comparable>(_ left: Value, _ right: Value) -> Result {
        left < right ? .ascending : left == right ? .same : .descending
    }

    /// NaN is the largest number and equal to itself, as in the reference server.
    private static func ordered<Value: BinaryFloatingPoint>(_ left: Value, _ right: Value) -> Result {
        if left.isNaN || right.isNaN { return ordered(left.isNaN ? 1 : 0, right.isNaN ? 1 : 0) }
        if left == 0, right == 0 { return ordered(left.sign == .minus ? 0 : 1, right.sign == .minus ? 0 : 1) }
        return left < right ? .ascending : left == right ? .same : .descending
    }

    private static func lexicographic(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Result {
        left.lexicographicallyPrecedes(right) ? .ascending : left.elementsEqual(right) ? .same : .descending
    }
}

// MARK: - Numbers of any size

extension ValueOrder {
    private static func integers(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Result {
        let leftIsNegative = left.first.map { $0 >= 0x80 } ?? false
        let rightIsNegative = right.first.map { $0 >= 0x80 } ?? false
        if leftIsNegative != rightIsNegative { return leftIsNegative ? .ascending : .descending }
        let sign: UInt8 = leftIsNegative ? 0xFF : 0
        let a = left.drop { $0 == sign }
        let b = right.drop { $0 == sign }
        if a.count != b.count { return (a.count < b.count) != leftIsNegative ? .ascending : .descending }
        return lexicographic(a, b)
    }

    private static func decimals(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Result {
        let a = Decimal(left)
        let b = Decimal(right)
        if a.sign != b.sign || a.sign == 0 { return ordered(a.sign, b.sign) }
        var result = ordered(a.magnitude, b.magnitude)
        if result == .same { result = lexicographic(a.digits, b.digits) }
        return a.sign < 0 ? result.reversed : result
    }

    /// A decimal without the zeros that do not count: 0.ddd × 10^magnitude.
    private struct Decimal {
        let sign: Int
        let digits: ArraySlice<UInt8>
        let magnitude: Int

        init(_ bytes: ArraySlice<UInt8>) {
            let scale = bytes.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            let unscaled = CQLVarint(twosComplement: bytes.dropFirst(4))
            let all = Array(unscaled.description.utf8.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "0") })
            var digits = all[...]
            while digits.last == UInt8(ascii: "0") { digits.removeLast() }
            sign = digits.isEmpty ? 0 : unscaled.isNegative ? -1 : 1
            self.digits = digits
            magnitude = all.count - Int(Int32(bitPattern: scale))
        }
    }
}

// MARK: - UUIDs

extension ValueOrder {
    /// By time, then by the rest as signed bytes.
    private static func timeUUIDs(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Result {
        let result = ordered(time(left), time(right))
        guard result == .same else { return result }
        let a = left.dropFirst(8).map { $0 ^ 0x80 }
        let b = right.dropFirst(8).map { $0 ^ 0x80 }
        return lexicographic(a, b)
    }

    /// By version, and within version 1 by time.
    private static func uuids(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Result {
        guard left.count == 16, right.count == 16 else { return lexicographic(left, right) }
        let leftVersion = left[left.startIndex + 6] >> 4
        let rightVersion = right[right.startIndex + 6] >> 4
        if leftVersion != rightVersion { return ordered(leftVersion, rightVersion) }
        if leftVersion == 1 {
            let result = ordered(time(left), time(right))
            if result != .same { return result }
        }
        return lexicographic(left, right)
    }

    /// The 60 bits of time of a version 1 UUID.
    private static func time(_ uuid: ArraySlice<UInt8>) -> UInt64 {
        let word = uuid.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return word << 48 & 0x0FFF_0000_0000_0000 | word << 16 & 0x0000_FFFF_0000_0000 | word >> 32
    }
}

// MARK: - Collections

extension ValueOrder {
    /// Compares length-prefixed parts in turn; `skip` bytes before them are a count.
    private static func parts(
        _ types: [ColumnType],
        _ skip: Int,
        _ left: [UInt8],
        _ leftRange: Range<Int>,
        _ right: [UInt8],
        _ rightRange: Range<Int>
    ) -> Result {
        var a = leftRange.lowerBound + skip
        var b = rightRange.lowerBound + skip
        var index = 0
        while a < leftRange.upperBound, b < rightRange.upperBound {
            guard let aLength = left.bigEndianInt32(at: a, before: leftRange.upperBound),
                let bLength = right.bigEndianInt32(at: b, before: rightRange.upperBound)
            else { return .same }
            let aPart = a + 4..<min(leftRange.upperBound, a + 4 + max(0, Int(aLength)))
            let bPart = b + 4..<min(rightRange.upperBound, b + 4 + max(0, Int(bLength)))
            if aLength < 0 || bLength < 0 {
                if (aLength < 0) != (bLength < 0) { return aLength < 0 ? .ascending : .descending }
            } else {
                let result = compare(types[index % types.count], left, aPart, right, bPart)
                if result != .same { return result }
            }
            a = aPart.upperBound
            b = bPart.upperBound
            index += 1
        }
        return ordered(leftRange.upperBound - a, rightRange.upperBound - b)
    }
}

extension [UInt8] {
    /// Up to eight bytes as a signed number.
    func signed(_ range: Range<Int>) -> Int64 {
        var value: Int64 = self[range.lowerBound] >= 0x80 ? -1 : 0
        for index in range { value = value << 8 | Int64(self[index]) }
        return value
    }

    func float(_ range: Range<Int>) -> Float {
        Float(bitPattern: UInt32(truncatingIfNeeded: signed(range)))
    }

    func double(_ range: Range<Int>) -> Double {
        Double(bitPattern: UInt64(bitPattern: signed(range)))
    }
}
