/// An integer of any size: two's complement, big-endian, in as few bytes as hold it.
package struct CQLVarint: Hashable, Sendable {
    /// At least one byte.
    package let bytes: [UInt8]

    /// The longest text and the longest number that are converted into each other; conversion takes quadratic time.
    package static let textByteLimit = 16 << 10

    /// Takes two's complement bytes; superfluous sign bytes are dropped, and none at all are zero.
    package init(twosComplement source: some Collection<UInt8>) {
        var rest = source[...]
        while rest.count > 1, let first = rest.first, let second = rest.dropFirst().first {
            guard first == 0x00 && second < 0x80 || first == 0xFF && second >= 0x80 else { break }
            rest = rest.dropFirst()
        }
        bytes = rest.isEmpty ? [0] : [UInt8](rest)
    }

    package init(_ value: some FixedWidthInteger & SignedInteger) {
        self.init(twosComplement: withUnsafeBytes(of: value.bigEndian) { [UInt8]($0) })
    }

    /// Reads decimal digits behind an optional sign; nil for anything else, or too much of it.
    package init?(_ text: some StringProtocol) {
        var digits = text.utf8[...]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
        guard let magnitude = Magnitude(decimalDigits: digits) else { return nil }
        self.init(magnitude: magnitude, isNegative: isNegative)
    }

    init(magnitude: Magnitude, isNegative: Bool) {
        var bytes = [0] + magnitude.bigEndianBytes
        if isNegative { Self.negate(&bytes) }
        self.init(twosComplement: bytes)
    }

    package var isNegative: Bool { bytes[0] >= 0x80 }

    /// The number, where it fits.
    package var int64: Int64? {
        guard bytes.count <= 8 else { return nil }
        return bytes.reduce(isNegative ? -1 : 0) { $0 << 8 | Int64($1) }
    }

    var magnitude: Magnitude {
        var bytes = bytes
        if isNegative {
            bytes.insert(0xFF, at: 0)
            Self.negate(&bytes)
        }
        return Magnitude(bigEndianBytes: bytes)
    }

    private static func negate(_ bytes: inout [UInt8]) {
        var carry = true
        for index in bytes.indices.reversed() {
            bytes[index] = ~bytes[index]
            if carry { (bytes[index], carry) = bytes[index].addingReportingOverflow(1) }
        }
    }
}

extension CQLVarint: CustomStringConvertible {
    /// Decimal digits, or the size of a number that is too long for them.
    package var description: String {
        guard bytes.count <= Self.textByteLimit else { return "(a varint of \(bytes.count) bytes)" }
        return (isNegative ? "-" : "") + magnitude.decimalDigits
    }
}

/// A natural number of any size, for conversions between bytes and decimal digits.
struct Magnitude {
    /// Least significant first, without zeros at the end.
    private var limbs: [UInt32] = []

    init(bigEndianBytes bytes: [UInt8]) {
        var limb: UInt32 = 0
        for (position, byte) in bytes.reversed().enumerated() {
            limb |= UInt32(byte) << UInt32(position % 4 * 8)
            if position % 4 == 3 || position == bytes.count - 1 {
                limbs.append(limb)
                limb = 0
            }
        }
        dropZeros()
    }

    /// Nil without digits, with anything else, or with more than `CQLVarint.textByteLimit` of them.
    init?(decimalDigits digits: some Collection<UInt8>) {
        guard !digits.isEmpty, digits.count <= CQLVarint.textByteLimit else { return nil }
        var group: UInt32 = 0
        var scale: UInt32 = 1
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            group = group * 10 + UInt32(digit - UInt8(ascii: "0"))
            scale *= 10
            if scale == 1_000_000_000 {
                multiply(by: scale, adding: group)
                (group, scale) = (0, 1)
            }
        }
        multiply(by: scale, adding: group)
        dropZeros()
    }

    /// At least one byte.
    var bigEndianBytes: [UInt8] {
        var bytes: [UInt8] = []
        for limb in limbs.reversed() {
            for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: limb >> shift)) }
        }
        return bytes.isEmpty ? [0] : bytes
    }

    var decimalDigits: String {
        var rest = self
        var groups: [UInt32] = []
        while !rest.limbs.isEmpty { groups.append(rest.divideByBillion()) }
        guard let first = groups.popLast() else { return "0" }
        return groups.reversed().reduce(into: String(first)) { text, group in
            let digits = String(group)
            text += String(repeating: "0", count: 9 - digits.count) + digits
        }
    }

    private mutating func multiply(by factor: UInt32, adding addend: UInt32) {
        var carry = UInt64(addend)
        for index in limbs.indices {
            let product = UInt64(limbs[index]) * UInt64(factor) + carry
            limbs[index] = UInt32(truncatingIfNeeded: product)
            carry = product >> 32
        }
        if carry > 0 { limbs.append(UInt32(carry)) }
    }

    private mutating func divideByBillion() -> UInt32 {
        var remainder: UInt64 = 0
        for index in limbs.indices.reversed() {
            let dividend = remainder << 32 | UInt64(limbs[index])
            limbs[index] = UInt32(dividend / 1_000_000_000)
            remainder = dividend % 1_000_000_000
        }
        dropZeros()
        return UInt32(remainder)
    }

    private mutating func dropZeros() {
        while limbs.last == 0 { limbs.removeLast() }
    }
}
