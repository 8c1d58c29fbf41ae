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

extension PostgresDate: PostgresScalar {
    /// From 4714-11-24 BC, the first day of the Julian day numbers, to 5874897-12-31.
    private static let range = Int32(-2_451_545)...2_145_031_948

    /// The day of a count, if the type has it.
    private init?(checking days: Int) {
        guard let days = Int32(exactly: days), Self.range.contains(days) else { return nil }
        rawValue = days
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let at = reader.offset
        let date = Self(rawValue: try reader.readInteger("date", as: Int32.self))
        guard date == .infinity || date == .negativeInfinity || range.contains(date.rawValue) else {
            throw WireError(.invalidValue("a date is from 4714 BC to 5874897"), field: "date", offset: at)
        }
        return date
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        if reader.skip("infinity") { return .infinity }
        if reader.skip("-infinity") { return .negativeInfinity }
        let written = try GregorianDate.Written(from: &reader)
        guard let date = Self(checking: try written.date(eraFrom: &reader).daysSince2000) else {
            throw reader.error("a date is from 4714 BC to 5874897")
        }
        return date
    }

    package func encode(into writer: inout ByteWriter) { writer.writeInteger(rawValue) }

    package var postgresText: String {
        if self == .infinity { return "infinity" }
        if self == .negativeInfinity { return "-infinity" }
        let date = GregorianDate(daysSince2000: Int(rawValue))
        return date.text + date.eraSuffix
    }
}
