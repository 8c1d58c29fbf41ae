package import WireKit

/// `path`: at least one point; closed `((x1,y1),…)` or open `[(x1,y1),…]`.
package struct PostgresPath: Hashable, Sendable {
    package let isClosed: Bool
    package let points: [PostgresPoint]

    /// Nothing without a point.
    package init?(isClosed: Bool, points: [PostgresPoint]) {
        guard !points.isEmpty else { return nil }
        self.isClosed = isClosed
        self.points = points
    }

    private init(_ isClosed: Bool, _ points: [PostgresPoint]) {
        self.isClosed = isClosed
        self.points = points
    }
}

extension PostgresPath: PostgresScalar {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(try Bool.decode(from: &reader), try [PostgresPoint].decode(from: &reader))
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        let isClosed = reader.skip("(")
        if !isClosed { try reader.expect("[") }
        let points = try [PostgresPoint].decode(from: &reader)
        try reader.expect(isClosed ? ")" : "]")
        return Self(isClosed, points)
    }

    package func encode(into writer: inout ByteWriter) {
        isClosed.encode(into: &writer)
        points.encode(into: &writer)
    }

    package var postgresText: String { isClosed ? "(\(points.postgresText))" : "[\(points.postgresText)]" }
}

/// `polygon`: at least one point, `((x1,y1),…)`.
package struct PostgresPolygon: Hashable, Sendable {
    package let points: [PostgresPoint]

    /// Nothing without a point.
    package init?(points: [PostgresPoint]) {
        guard !points.isEmpty else { return nil }
        self.points = points
    }

    private init(_ points: [PostgresPoint]) { self.points = points }
}

extension PostgresPolygon: PostgresScalar {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(try [PostgresPoint].decode(from: &reader))
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        try reader.expect("(")
        let points = try [PostgresPoint].decode(from: &reader)
        try reader.expect(")")
        return Self(points)
    }

    package func encode(into writer: inout ByteWriter) { points.encode(into: &writer) }

    package var postgresText: String { "(\(points.postgresText))" }
}
