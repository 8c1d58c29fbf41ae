import WireKit

/// PostgreSQL's numeric of any size as a CQL decimal: scale and the shortest two's complement of the unscaled value.
enum DecimalConversion {
    private static let base: UInt64 = 10_000
    private static let minus: UInt16 = 0x4000
    private static let notANumber: UInt16 = 0xC000
    private static let infinities: [UInt16] = [0xD000, 0xF000]

    /// Appends the content of the decimal value of `field` (numeric_send).
    ///
    /// - Throws: rejected for NaN and the infinities, malformed for anything that no server sends.
    static func append(_ field: ArraySlice<UInt8>, to writer: inout ByteWriter) throws(ValueConversion.Failure) {
        let numeric = try ValueConversion.wellFormed { () throws(WireError) in try parse(field) }
        if numeric.sign == notANumber { throw .rejected(.numericNotANumber) }
        if infinities.contains(numeric.sign) { throw .rejected(.numericInfinity) }
        guard numeric.sign & ~minus == 0, numeric.digits.allSatisfy({ UInt64($0) < base }) else {
            throw .malformed(ValueConversion.defect("has an impossible sign or digit", "numeric"))
        }
        var magnitude = try ValueConversion.wellFormed { () throws(WireError) in
            try unscaled(numeric.digits, weight: numeric.weight, scale: numeric.scale)
        }
        writer.writeInteger(Int32(numeric.scale))
        writer.writeBytes(twosComplement(&magnitude, isNegative: numeric.sign == minus))
    }

    private struct Numeric {
        var weight: Int
        var sign: UInt16
        var scale: Int
        var digits: [UInt16]
    }

    private static func parse(_ field: ArraySlice<UInt8>) throws(WireError) -> Numeric {
        var reader = ByteReader(field)
        let digitCount = try reader.readInteger("digit count", as: UInt16.self)
        var numeric = Numeric(
            weight: Int(try reader.readInteger("weight", as: Int16.self)),
            sign: try reader.readInteger("sign", as: UInt16.self),
            scale: Int(try reader.readInteger("display scale", as: UInt16.self)),
            digits: []
        )
        for _ in 0..<digitCount { numeric.digits.append(try reader.readInteger("digit", as: UInt16.self)) }
        try reader.expectEnd("numeric")
        return numeric
    }

    /// The value times 10^scale, little-endian words.
    private static func unscaled(_ digits: [UInt16], weight: Int, scale: Int) throws(WireError) -> [UInt32] {
        var magnitude: [UInt32] = []
        guard !digits.isEmpty else { return magnitude }
        // Powers of ten below the last group that the scale still shows; negative when the group reaches beyond it.
        var exponent = 4 * (weight - digits.count + 1) + scale
        guard exponent >= -3 else { throw ValueConversion.defect("has digits beyond its scale", "numeric") }
        for digit in digits.dropLast() { multiplyAdd(&magnitude, base, UInt64(digit)) }
        let last = UInt64(digits[digits.count - 1])
        if exponent < 0 {
            let divisor = UInt64(powerOfTen(-exponent))
            guard last % divisor == 0 else { throw ValueConversion.defect("has digits beyond its scale", "numeric") }
            multiplyAdd(&magnitude, base / divisor, last / divisor)
            return magnitude
        }
        multiplyAdd(&magnitude, base, last)
        while exponent > 0 {
            let step = min(exponent, 9)
            multiplyAdd(&magnitude, UInt64(powerOfTen(step)), 0)
            exponent -= step
        }
        return magnitude
    }

    /// `magnitude * factor + addend`, for factors up to 10⁹.
    private static func multiplyAdd(_ magnitude: inout [UInt32], _ factor: UInt64, _ addend: UInt64) {
        var carry = addend
        for index in magnitude.indices {
            let product = UInt64(magnitude[index]) * factor + carry
            magnitude[index] = UInt32(truncatingIfNeeded: product)
            carry = product >> 32
        }
        if carry > 0 { magnitude.append(UInt32(truncatingIfNeeded: carry)) }
    }

    /// The shortest big-endian two's complement; zero is one byte.
    private static func twosComplement(_ magnitude: inout [UInt32], isNegative: Bool) -> [UInt8] {
        // One more word than the magnitude needs, so that its top bit is the sign.
        magnitude.append(0)
        if isNegative {
            var carry: UInt32 = 1
            for index in magnitude.indices {
                let (sum, overflow) = (~magnitude[index]).addingReportingOverflow(carry)
                magnitude[index] = sum
                carry = overflow ? 1 : 0
            }
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(magnitude.count * 4)
        for word in magnitude.reversed() {
            for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        // A leading byte that only repeats the sign of the next one says nothing.
        var first = 0
        while first + 1 < bytes.count, bytes[first] == (bytes[first + 1] < 0x80 ? 0x00 : 0xFF) { first += 1 }
        return Array(bytes[first...])
    }
}
