package import WireKit

/// `interval`: microseconds, days and months, which PostgreSQL keeps apart.
///
/// Text is read in all four IntervalStyles, and written in IntervalStyle `postgres` unless another is asked for. PostgreSQL
/// 17 added ±infinity: all three fields at their limit. PostgreSQL source, `src/backend/utils/adt/timestamp.c`,
/// interval_send.
package struct PostgresInterval: Hashable, Sendable {
    package let microseconds: Int64
    package let days: Int32
    package let months: Int32

    package init(microseconds: Int64, days: Int32, months: Int32) {
        self.microseconds = microseconds
        self.days = days
        self.months = months
    }

    package static let infinity = Self(microseconds: .max, days: .max, months: .max)
    package static let negativeInfinity = Self(microseconds: .min, days: .min, months: .min)

    /// The session setting IntervalStyle.
    package enum Style: String, CaseIterable, Sendable {
        case postgres
        case postgresVerbose = "postgres_verbose"
        case sqlStandard = "sql_standard"
        case iso8601 = "iso_8601"
    }
}

extension PostgresInterval: PostgresScalar {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(
            microseconds: try reader.readInteger("interval microseconds", as: Int64.self),
            days: try reader.readInteger("interval days", as: Int32.self),
            months: try reader.readInteger("interval months", as: Int32.self)
        )
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        if reader.skip("infinity") { return .infinity }
        if reader.skip("-infinity") { return .negativeInfinity }
        var parser = IntervalParser()
        if reader.skip("P") {
            try parser.parseISO8601(&reader)
        } else if reader.skip("@") {
            try parser.parseVerbose(&reader)
        } else {
            try parser.parsePostgresOrSQL(&reader)
        }
        return try parser.interval(reader)
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeInteger(microseconds)
        writer.writeInteger(days)
        writer.writeInteger(months)
    }

    package var postgresText: String { text(.postgres) }
}
