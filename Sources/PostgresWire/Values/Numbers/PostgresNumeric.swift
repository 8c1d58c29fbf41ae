package import WireKit

/// `numeric`: base-10000 digits with a display scale, or NaN or ±Infinity.
///
/// Up to 131072 digits before the point and 16383 behind it. PostgreSQL source, `src/backend/utils/adt/numeric.c`,
/// numeric_send and get_str_from_var.
package struct PostgresNumeric: Hashable, Sendable {
    /// What the sign word says.
    package enum Kind: UInt16, Sendable {
        case positive = 0x0000
        case negative = 0x4000
        case notANumber = 0xC000
        case infinity = 0xD000
        case negativeInfinity = 0xF000
    }

    /// The largest display scale (numeric.c, NUMERIC_DSCALE_MASK).
    static let maximumScale = 0x3FFF
    /// Decimal digits before the point (numeric.c, NUMERIC_WEIGHT_MAX).
    static let maximumIntegralDigitCount = 131_072
    static let base = 10_000

    package let kind: Kind
    /// The power of 10000 of the first digit.
    package let weight: Int16
    /// Decimal digits behind the point.
    package let scale: Int
    /// Digits in base 10000, most significant first, without zeros at either end.
    package let digits: [Int16]

    /// The same number always has the same fields: zeros at the ends go, zero is positive and has no digits.
    init(kind: Kind, weight: Int, scale: Int, digits: ArraySlice<Int16>) {
        var digits = digits
        var weight = weight
        while digits.last == 0 { digits.removeLast() }
        while digits.first == 0 {
            digits.removeFirst()
            weight -= 1
        }
        let isNumber = kind == .positive || kind == .negative
        self.kind = isNumber && digits.isEmpty ? .positive : kind
        self.weight = digits.isEmpty || !isNumber ? 0 : Int16(weight)
        self.scale = isNumber ? scale : 0
        self.digits = isNumber ? Array(digits) : []
    }

    package static let notANumber = Self(kind: .notANumber, weight: 0, scale: 0, digits: [])
    package static let infinity = Self(kind: .infinity, weight: 0, scale: 0, digits: [])
    package static let negativeInfinity = Self(kind: .negativeInfinity, weight: 0, scale: 0, digits: [])

    /// An integer, with scale 0.
    package init(_ value: some FixedWidthInteger) {
        var digits: [Int16] = []
        var rest = value.magnitude
        while rest > 0 {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 100)
            let (above, second) = quotient.quotientAndRemainder(dividingBy: 100)
            digits.append(Int16(second) * 100 + Int16(digit))
            rest = above
        }
        self.init(
            kind: value < 0 ? .negative : .positive,
            weight: digits.count - 1,
            scale: 0,
            digits: digits.reversed()[...]
        )
    }
}

extension PostgresNumeric: PostgresScalar {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let count = Int(try reader.readInteger("numeric digit count", as: UInt16.self))
        let weight = Int(try reader.readInteger("numeric weight", as: Int16.self))
        let signOffset = reader.offset
        let sign = try reader.readInteger("numeric sign", as: UInt16.self)
        guard let kind = Kind(rawValue: sign) else {
            throw WireError(.unknownCode(Int(sign)), field: "numeric sign", offset: signOffset)
        }
        let scaleOffset = reader.offset
        let scale = Int(try reader.readInteger("numeric scale", as: UInt16.self))
        guard scale <= maximumScale else {
            throw WireError(
                .limitExceeded(length: scale, limit: maximumScale),
                field: "numeric scale",
                offset: scaleOffset
            )
        }
        guard count * 2 <= reader.remaining else {
            throw reader.error(.truncated(needed: count * 2, remaining: reader.remaining), "numeric digits")
        }
        var digits: [Int16] = []
        digits.reserveCapacity(count)
        for _ in 0..<count {
            let at = reader.offset
            let digit = try reader.readInteger("numeric digit", as: Int16.self)
            guard (0..<Int16(base)).contains(digit) else {
                throw WireError(.invalidValue("a digit is below 10000"), field: "numeric digit", offset: at)
            }
            digits.append(digit)
        }
        let leadingZeros = digits.prefix { $0 == 0 }.count
        guard weight - leadingZeros >= Int(Int16.min) || leadingZeros == count else {
            throw WireError(.invalidLength(weight), field: "numeric weight", offset: 2)
        }
        let number = Self(kind: kind, weight: weight, scale: scale, digits: digits[...])
        guard number.scaleOfDigits <= scale || kind.rawValue >= Kind.notANumber.rawValue else {
            throw WireError(
                .invalidValue("no digit lies behind the scale"),
                field: "numeric scale",
                offset: scaleOffset
            )
        }
        return number
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeInteger(UInt16(digits.count))
        writer.writeInteger(weight)
        writer.writeInteger(kind.rawValue)
        // What the server happens to write for infinities: bits of the sign read as a scale.
        writer.writeInteger(kind == .infinity || kind == .negativeInfinity ? 0x20 : UInt16(scale))
        for digit in digits { writer.writeInteger(digit) }
    }

    /// Decimal digits behind the point up to the last that is not zero.
    private var scaleOfDigits: Int {
        guard var last = digits.last else { return 0 }
        var scale = (digits.count - 1 - Int(weight)) * 4
        while last % 10 == 0 {
            last /= 10
            scale -= 1
        }
        return scale
    }
}
