package import WireKit

/// `money`: hundredths (in the C locale) in 64 bits.
///
/// The binary form is exact but does not say where the point is; the text form depends on `lc_monetary`. This is the text
/// of the C locale, which sessions pin: `-$1,234.56`. Other locales' text is an error. PostgreSQL source,
/// `src/backend/utils/adt/cash.c`.
package struct PostgresMoney: RawRepresentable, Hashable, Sendable {
    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }
}

extension PostgresMoney: PostgresScalar {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(rawValue: try reader.readInteger("money", as: Int64.self))
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        let isNegative = reader.skip("-")
        guard reader.skip("$") else { throw reader.error("money is read as lc_monetary C writes it: $1,234.56") }
        var cents = Int128(try reader.readDigits(1...3))
        while reader.skip(",") {
            cents = cents * 1000 + Int128(try reader.readDigits(3...3))
            // Whatever follows is too much for 64 bits.
            guard cents < Int128(UInt64.max) else { break }
        }
        try reader.expect(".")
        cents = cents * 100 + Int128(try reader.readDigits(2...2))
        guard let value = Int64(exactly: isNegative ? -cents : cents) else {
            throw reader.error("the amount is beyond money's 64 bits")
        }
        return Self(rawValue: value)
    }

    package func encode(into writer: inout ByteWriter) { writer.writeInteger(rawValue) }

    package var postgresText: String {
        let (units, cents) = rawValue.magnitude.quotientAndRemainder(dividingBy: 100)
        var grouped = ""
        let digits = String(units)
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.utf8.count - index).isMultiple(of: 3) { grouped += "," }
            grouped.append(digit)
        }
        return "\(rawValue < 0 ? "-" : "")$\(grouped).\(Digits.padded(Int(cents), 2))"
    }
}
