package import WireKit

/// `point`: `(x,y)`.
///
/// Every geometric type is made of `double precision` numbers, NaN and infinities among them. PostgreSQL source,
/// `src/backend/utils/adt/geo_ops.c`.
package struct PostgresPoint: Hashable, Sendable {
    package let x: Double
    package let y: Double

    package init(x: Double, y: Double) {
        self.x = x
        self.y = y
    }
}

extension PostgresPoint: PostgresScalar {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(x: try Double.decode(from: &reader), y: try Double.decode(from: &reader))
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        try reader.expect("(")
        let x = try Double.decode(from: &reader)
        try reader.expect(",")
        let y = try Double.decode(from: &reader)
        try reader.expect(")")
        return Self(x: x, y: y)
    }

    package func encode(into writer: inout ByteWriter) {
        x.encode(into: &writer)
        y.encode(into: &writer)
    }

    package var postgresText: String { "(\(x.postgresText),\(y.postgresText))" }
}

extension [PostgresPoint] {
    /// Reads an `Int32` count and as many points.
    ///
    /// - Throws: `WireError` when there are none, or fewer than announced.
    static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let at = reader.offset
        let count = Int(try reader.readInteger("point count", as: Int32.self))
        guard count > 0 else { throw WireError(.invalidLength(count), field: "point count", offset: at) }
        guard count <= reader.remaining / 16 else {
            throw reader.error(.truncated(needed: count, remaining: reader.remaining), "points")
        }
        var points: Self = []
        points.reserveCapacity(count)
        for _ in 0..<count { points.append(try PostgresPoint.decode(from: &reader)) }
        return points
    }

    /// Reads points with commas between them.
    ///
    /// - Throws: `WireError` when something else comes next.
    static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        var points: Self = []
        repeat { points.append(try PostgresPoint.decode(from: &reader)) } while reader.skip(",")
        return points
    }

    func encode(into writer: inout ByteWriter) {
        writer.writeInteger(Int32(count))
        for point in self { point.encode(into: &writer) }
    }

    var postgresText: String { map(\.postgresText).joined(separator: ",") }
}
