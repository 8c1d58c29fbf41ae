package import WireKit

/// `unscaled × 10^−scale`, exactly: 1.0 and 1.00 are two decimals.
package struct CQLDecimal: Hashable, Sendable {
    package let unscaled: CQLVarint
    package let scale: Int32

    package init(unscaled: CQLVarint, scale: Int32) {
        self.unscaled = unscaled
        self.scale = scale
    }

    /// Reads `[sign] digits [. digits] [e [sign] digits]`; nil for anything else or a scale beyond 32 bits.
    package init?(_ text: some StringProtocol) {
        var rest = text.utf8[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        let mantissa = rest.prefix { $0 | 0x20 != UInt8(ascii: "e") }
        var exponent = 0
        if mantissa.count < rest.count {
            guard let value = Int32(String(decoding: rest.dropFirst(mantissa.count + 1), as: UTF8.self)) else {
                return nil
            }
            exponent = Int(value)
        }
        let whole = mantissa.prefix { $0 != UInt8(ascii: ".") }
        let fraction = mantissa.dropFirst(whole.count + 1)
        guard let magnitude = Magnitude(decimalDigits: [UInt8](whole) + [UInt8](fraction)),
            let scale = Int32(exactly: fraction.count - exponent)
        else { return nil }
        self.init(unscaled: CQLVarint(magnitude: magnitude, isNegative: isNegative), scale: scale)
    }

    static func decode(from reader: inout ByteReader) throws(WireError) -> CQLDecimal {
        let scale = try reader.readInt("decimal scale")
        try reader.require(byteCount: 1, "decimal unscaled")
        let unscaled = try reader.readBytes(reader.remaining, "decimal unscaled")
        return CQLDecimal(unscaled: CQLVarint(twosComplement: unscaled), scale: scale)
    }

    /// Writes scale and unscaled value.
    package func encode(into writer: inout ByteWriter) {
        writer.writeInteger(scale)
        writer.writeBytes(unscaled.bytes)
    }
}

extension CQLDecimal: CustomStringConvertible {
    /// Plain digits where they are few, else an exponent: the rules of Java's `BigDecimal` and Python's `Decimal`.
    package var description: String {
        guard unscaled.bytes.count <= CQLVarint.textByteLimit else { return "\(unscaled)E\(-Int(scale))" }
        let sign = unscaled.isNegative ? "-" : ""
        let digits = unscaled.magnitude.decimalDigits
        let scale = Int(scale)
        let adjusted = digits.utf8.count - 1 - scale
        guard scale >= 0, adjusted >= -6 else {
            let fraction = digits.dropFirst()
            let mantissa = fraction.isEmpty ? digits : digits.prefix(1) + "." + fraction
            return "\(sign)\(mantissa)E\(adjusted < 0 ? "" : "+")\(adjusted)"
        }
        if scale == 0 { return sign + digits }
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.utf8.count)) + digits
        return sign + padded.dropLast(scale) + "." + padded.suffix(scale)
    }
}
