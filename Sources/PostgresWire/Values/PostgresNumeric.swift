package import WireKit

/// `numeric`: base-10000 digits with a display scale, or NaN or ±Infinity.
///
/// PostgreSQL source, `src/backend/utils/adt/numeric.c`, numeric_send and get_str_from_var.
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
    private static let maximumScale = 0x3FFF
    private static let base = 10_000

    package let kind: Kind
    /// The power of 10000 of the first digit.
    package let weight: Int16
    /// Decimal digits behind the point.
    package let scale: Int
    /// Digits in base 10000, most significant first.
    package let digits: [Int16]
}

extension PostgresNumeric: PostgresBinaryValue {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let count = Int(try reader.readInteger("numeric digit count", as: UInt16.self))
        let weight = try reader.readInteger("numeric weight", as: Int16.self)
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
        return Self(kind: kind, weight: weight, scale: scale, digits: digits)
    }

    package var text: String {
        switch kind {
        case .notANumber: "NaN"
        case .infinity: "Infinity"
        case .negativeInfinity: "-Infinity"
        case .positive: magnitudeText
        case .negative: "-" + magnitudeText
        }
    }

    private var magnitudeText: String {
        var text = ""
        for power in stride(from: Int(weight), through: 0, by: -1) {
            let digit = digit(power)
            text += text.isEmpty ? String(digit) : Digits.padded(digit, 4)
        }
        if text.isEmpty { text = "0" }
        guard scale > 0 else { return text }
        var fraction = ""
        var power = -1
        while fraction.utf8.count < scale {
            fraction += Digits.padded(digit(power), 4)
            power -= 1
        }
        return "\(text).\(fraction.prefix(scale))"
    }

    /// The base-10000 digit of a power; zero where none is stored.
    private func digit(_ power: Int) -> Int {
        let index = Int(weight) - power
        return digits.indices.contains(index) ? Int(digits[index]) : 0
    }
}
