package import WireKit

/// `lseg`: `[(x1,y1),(x2,y2)]`.
package struct PostgresLineSegment: Hashable, Sendable {
    package let start: PostgresPoint
    package let end: PostgresPoint

    package init(start: PostgresPoint, end: PostgresPoint) {
        self.start = start
        self.end = end
    }
}

extension PostgresLineSegment: PostgresScalar {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(start: try .decode(from: &reader), end: try .decode(from: &reader))
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        try reader.expect("[")
        let start = try PostgresPoint.decode(from: &reader)
        try reader.expect(",")
        let end = try PostgresPoint.decode(from: &reader)
        try reader.expect("]")
        return Self(start: start, end: end)
    }

    package func encode(into writer: inout ByteWriter) {
        start.encode(into: &writer)
        end.encode(into: &writer)
    }

    package var postgresText: String { "[\(start.postgresText),\(end.postgresText)]" }
}

/// `box`: `(x1,y1),(x2,y2)`, the upper right corner first.
///
/// A server puts the corners of what it is sent in this order. In arrays, boxes are separated by semicolons.
package struct PostgresBox: Hashable, Sendable {
    package let high: PostgresPoint
    package let low: PostgresPoint

    package init(high: PostgresPoint, low: PostgresPoint) {
        self.high = high
        self.low = low
    }
}

extension PostgresBox: PostgresScalar {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(high: try .decode(from: &reader), low: try .decode(from: &reader))
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        let high = try PostgresPoint.decode(from: &reader)
        try reader.expect(",")
        return Self(high: high, low: try .decode(from: &reader))
    }

    package func encode(into writer: inout ByteWriter) {
        high.encode(into: &writer)
        low.encode(into: &writer)
    }

    package var postgresText: String { "\(high.postgresText),\(low.postgresText)" }
}
