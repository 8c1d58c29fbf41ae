package import WireKit

/// `double precision`, and `real` in its own precision.
///
/// PostgreSQL source, `src/backend/utils/adt/float.c`, float8out with extra_float_digits 1: the shortest text that
/// reads back as the same number.
package enum PostgresFloat {
    /// The text of a `double precision`.
    package static func text(_ value: Double) -> String {
        text(
            value,
            significand: value.significandBitPattern,
            exponentBits: Int(value.exponentBitPattern),
            fixedDigitLimit: 15
        )
    }

    /// The text of a `real`.
    package static func text(_ value: Float) -> String {
        text(
            value,
            significand: UInt64(value.significandBitPattern),
            exponentBits: Int(value.exponentBitPattern),
            fixedDigitLimit: 6
        )
    }

    /// Exponents of even significands whose rounding interval may end exactly at a decimal that is short enough to be taken
    /// by Swift and is not by PostgreSQL.
    ///
    /// Its end is an odd number of up to 55 bits times a power of two. Multiplied by 5 for each place behind the point, or
    /// divisible by 5 for each zero before it, it has at most 17 digits for exponents between −3 and 81 only.
    private static let mayEndAtShortDecimal = -8...100

    private static func text<T: BinaryFloatingPoint & CustomStringConvertible>(
        _ value: T,
        significand: UInt64,
        exponentBits: Int,
        fixedDigitLimit: Int
    ) -> String {
        if value.isNaN { return "NaN" }
        let sign = value.sign == .minus ? "-" : ""
        if value.isInfinite { return sign + "Infinity" }
        if value.isZero { return sign + "0" }
        let bias = (1 << (T.exponentBitCount - 1)) - 1
        let isNormal = exponentBits != 0
        let binaryExponent = (isNormal ? exponentBits : 1) - bias - T.significandBitCount
        let decimal: ShortestDecimal
        if significand % 2 == 1 || !mayEndAtShortDecimal.contains(binaryExponent) {
            decimal = ShortestDecimal(description: value.magnitude.description)
        } else {
            decimal = ShortestDecimal(
                significand: isNormal ? significand | 1 << UInt64(T.significandBitCount) : significand,
                binaryExponent: binaryExponent,
                isBinadeStart: significand == 0 && exponentBits > 1
            )
        }
        return sign + decimal.text(fixedDigitLimit: fixedDigitLimit)
    }
}

/// `double precision`: the bits in binary form; the text form does not tell NaNs apart.
extension Double: PostgresScalar {
    package static func decode(
        _ value: ArraySlice<UInt8>,
        type: TypeOID,
        format: FormatCode
    ) throws(WireError) -> Double {
        if format == .text { return try decode(value, format: .text) }
        switch type {
        case .float4: return Double(try Float.decode(value, format: .binary))
        case .float8: return try decode(value, format: .binary)
        default: throw mismatch(type)
        }
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Double {
        Double(bitPattern: try reader.readInteger("double precision", as: UInt64.self))
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Double {
        try PostgresFloat.decode(from: &reader)
    }

    package func encode(into writer: inout ByteWriter) { writer.writeInteger(bitPattern) }

    package var postgresText: String { PostgresFloat.text(self) }
}

/// `real`.
extension Float: PostgresScalar {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Float {
        Float(bitPattern: try reader.readInteger("real", as: UInt32.self))
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Float {
        try PostgresFloat.decode(from: &reader)
    }

    package func encode(into writer: inout ByteWriter) { writer.writeInteger(bitPattern) }

    package var postgresText: String { PostgresFloat.text(self) }
}

extension PostgresFloat {
    /// Reads a decimal, which the nearest number of the type stands for.
    ///
    /// - Throws: `WireError` when it is none, or is beyond the type's numbers: it becomes neither infinite nor zero.
    fileprivate static func decode<T: LosslessStringConvertible & BinaryFloatingPoint>(
        from reader: inout TextReader
    ) throws(WireError) -> T {
        if reader.skip("NaN") { return T.nan }
        let from = reader.rest
        let isNegative = reader.skip("-")
        if reader.skip("Infinity") { return isNegative ? -T.infinity : T.infinity }
        let integral = reader.take(while: isDigit)
        let fraction = reader.skip(".") ? reader.take(while: isDigit) : []
        guard !integral.isEmpty || !fraction.isEmpty else { throw reader.error("a number has digits") }
        if reader.skip("e") || reader.skip("E") {
            if !reader.skip("-") { _ = reader.skip("+") }
            _ = try reader.readDigits(1...9)
        }
        let text = from.prefix(from.count - reader.rest.count)
        guard let number = T(String(decoding: text, as: UTF8.self)) else { throw reader.error("this is no number") }
        let isZero = (integral + fraction).allSatisfy { $0 == UInt8(ascii: "0") }
        guard number.isFinite, number.isZero == isZero else { throw reader.error("the number is beyond its type") }
        return number
    }
}
