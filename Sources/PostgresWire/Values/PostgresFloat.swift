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

    private static func text<T: BinaryFloatingPoint>(
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
        let decimal = ShortestDecimal(
            significand: isNormal ? significand | 1 << UInt64(T.significandBitCount) : significand,
            binaryExponent: (isNormal ? exponentBits : 1) - bias - T.significandBitCount,
            isBinadeStart: significand == 0 && exponentBits > 1
        )
        return sign + decimal.text(fixedDigitLimit: fixedDigitLimit)
    }
}
