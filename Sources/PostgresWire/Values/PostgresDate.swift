package import WireKit

/// `date`: days since 2000-01-01, from 4713 BC to 5874897 AD, or ±infinity.
///
/// PostgreSQL source, `src/backend/utils/adt/date.c`, date_send and date_out.
package struct PostgresDate: RawRepresentable, Hashable, Sendable {
    package let rawValue: Int32

    package init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    package static let infinity = Self(rawValue: .max)
    package static let negativeInfinity = Self(rawValue: .min)
}

extension PostgresDate: PostgresBinaryValue {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(rawValue: try reader.readInteger("date", as: Int32.self))
    }

    package var text: String {
        if self == .infinity { return "infinity" }
        if self == .negativeInfinity { return "-infinity" }
        let date = GregorianDate(daysSince2000: Int(rawValue))
        return date.text + date.eraSuffix
    }
}
