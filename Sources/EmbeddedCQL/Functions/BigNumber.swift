import CQLWire
import WireKit

/// A decimal number of any size, for the sums and averages of `varint` and `decimal`.
///
/// Digits are one per element: such sums are rare, and this is easily seen to be right.
struct BigNumber {
    private var isNegative = false
    /// The highest digit first, without leading zeros.
    private var digits: [UInt8] = []
    /// How many of the digits stand behind the point; negative for zeros that are left out.
    private(set) var scale: Int = 0

    /// Zero.
    init() {}

    /// Reads a `varint`; nil for one that is too long to be reckoned with.
    init?(varint bytes: [UInt8]) {
        guard bytes.count <= Self.byteLimit else { return nil }
        self.init(text: CQLVarint(twosComplement: bytes).description, scale: 0)
    }

    /// Reads a `decimal`; nil when bytes are missing, and for one that is too long to be reckoned with.
    init?(decimal bytes: [UInt8]) {
        guard let scale = bytes.bigEndianInt32(at: 0, before: bytes.count), bytes.count > 4,
            bytes.count <= Self.byteLimit
        else { return nil }
        self.init(text: CQLVarint(twosComplement: bytes[4...]).description, scale: Int(scale))
    }

    private init(text: String, scale: Int) {
        isNegative = text.hasPrefix("-")
        digits = text.utf8.filter { $0 != UInt8(ascii: "-") }.map { $0 - UInt8(ascii: "0") }
        self.scale = scale
        dropZeros()
    }

    private mutating func dropZeros() {
        let zeros = digits.prefix { $0 == 0 }.count
        digits.removeFirst(zeros)
        if digits.isEmpty { isNegative = false }
    }

    /// The digits before the point, as text; nil for more of them than are written out.
    var truncated: String? {
        let count = digits.count - scale
        guard count > 0 else { return "0" }
        guard count <= Self.scaleLimit else { return nil }
        let whole = digits.prefix(count) + [UInt8](repeating: 0, count: max(0, -scale))
        return (isNegative ? "-" : "") + whole.map(String.init).joined()
    }

    private var unscaled: CQLVarint {
        let text = digits.isEmpty ? "0" : digits.map(String.init).joined()
        return CQLVarint((isNegative ? "-" : "") + text) ?? CQLVarint(Int64(0))
    }

    var varint: [UInt8] { unscaled.bytes }

    var decimal: [UInt8] {
        var writer = ByteWriter()
        CQLDecimal(unscaled: unscaled, scale: Int32(clamping: scale)).encode(into: &writer)
        return writer.bytes
    }
}

// MARK: - Arithmetic

extension BigNumber {
    /// The longest number, and the largest difference of scales, that is written out in digits: what `CQLVarint` takes.
    private static let byteLimit = 4096
    private static let scaleLimit = 4096
    private static let digitLimit = CQLVarint.textByteLimit
    static let tooLarge = StatementError.invalid("The numbers are too large, or too far apart, to be added")

    /// Adds a number.
    ///
    /// - Throws: `StatementError` (invalid) for numbers so far apart that their sum would fill the memory.
    mutating func add(_ other: BigNumber) throws(StatementError) {
        var other = other
        let common = max(scale, other.scale)
        guard !digits.isEmpty, !other.digits.isEmpty else {
            if digits.isEmpty { self = other }
            // Of zero nothing counts but its scale, and that only where it costs little.
            if common - scale <= Self.scaleLimit { rescale(to: common) }
            return
        }
        guard abs(scale - other.scale) <= Self.scaleLimit else { throw Self.tooLarge }
        rescale(to: common)
        other.rescale(to: common)
        let width = max(digits.count, other.digits.count) + 1
        guard width <= Self.digitLimit else { throw Self.tooLarge }
        let left = [UInt8](repeating: 0, count: width - digits.count) + digits
        let right = [UInt8](repeating: 0, count: width - other.digits.count) + other.digits
        if isNegative == other.isNegative {
            digits = Self.sum(left, right)
        } else if left.lexicographicallyPrecedes(right) {
            digits = Self.difference(right, left)
            isNegative = other.isNegative
        } else {
            digits = Self.difference(left, right)
        }
        dropZeros()
    }

    private mutating func rescale(to target: Int) {
        if !digits.isEmpty { digits += [UInt8](repeating: 0, count: target - scale) }
        scale = target
    }

    private static func sum(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        var result = left
        var carry: UInt8 = 0
        for index in left.indices.reversed() {
            let digit = left[index] + right[index] + carry
            result[index] = digit % 10
            carry = digit / 10
        }
        return result
    }

    /// `left` is not the smaller one.
    private static func difference(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        var result = left
        var borrow: Int8 = 0
        for index in left.indices.reversed() {
            let digit = Int8(left[index]) - Int8(right[index]) - borrow
            result[index] = UInt8(digit < 0 ? digit + 10 : digit)
            borrow = digit < 0 ? 1 : 0
        }
        return result
    }

    /// Divides by a positive count, at the same scale: cut off, or rounded to the nearest (half to even).
    mutating func divide(by count: Int64, rounding: Bool) {
        let divisor = UInt64(count)
        var remainder: UInt64 = 0
        for index in digits.indices {
            let value = remainder * 10 + UInt64(digits[index])
            digits[index] = UInt8(value / divisor)
            remainder = value % divisor
        }
        let isOdd = (digits.last ?? 0) % 2 == 1
        let roundsUp = rounding && (remainder * 2 > divisor || (remainder * 2 == divisor && isOdd))
        if roundsUp { digits = Self.sum([0] + digits, [UInt8](repeating: 0, count: digits.count) + [1]) }
        dropZeros()
    }
}
