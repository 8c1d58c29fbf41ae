package import WireKit

/// `line`: `{A,B,C}` of Ax + By + C = 0, where A and B are not both zero.
package struct PostgresLine: Hashable, Sendable {
    package let a: Double
    package let b: Double
    package let c: Double

    /// Nothing if `a` and `b` are both zero.
    package init?(a: Double, b: Double, c: Double) {
        guard a != 0 || b != 0 else { return nil }
        self.a = a
        self.b = b
        self.c = c
    }
}

extension PostgresLine: PostgresScalar {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let at = reader.offset
        let (a, b) = (try Double.decode(from: &reader), try Double.decode(from: &reader))
        guard let line = Self(a: a, b: b, c: try .decode(from: &reader)) else {
            throw WireError(.invalidValue("A and B of a line are not both zero"), field: "line", offset: at)
        }
        return line
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        try reader.expect("{")
        let a = try Double.decode(from: &reader)
        try reader.expect(",")
        let b = try Double.decode(from: &reader)
        try reader.expect(",")
        let c = try Double.decode(from: &reader)
        try reader.expect("}")
        guard let line = Self(a: a, b: b, c: c) else { throw reader.error("A and B of a line are not both zero") }
        return line
    }

    package func encode(into writer: inout ByteWriter) {
        for number in [a, b, c] { number.encode(into: &writer) }
    }

    package var postgresText: String { "{\(a.postgresText),\(b.postgresText),\(c.postgresText)}" }
}

/// `circle`: `<(x,y),r>`, where the radius is not negative.
package struct PostgresCircle: Hashable, Sendable {
    package let center: PostgresPoint
    package let radius: Double

    /// Nothing if the radius is negative.
    package init?(center: PostgresPoint, radius: Double) {
        guard !(radius < 0) else { return nil }
        self.center = center
        self.radius = radius
    }
}

extension PostgresCircle: PostgresScalar {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let at = reader.offset
        let center = try PostgresPoint.decode(from: &reader)
        guard let circle = Self(center: center, radius: try .decode(from: &reader)) else {
            throw WireError(.invalidValue("a radius is not negative"), field: "circle", offset: at)
        }
        return circle
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        try reader.expect("<")
        let center = try PostgresPoint.decode(from: &reader)
        try reader.expect(",")
        let radius = try Double.decode(from: &reader)
        try reader.expect(">")
        guard let circle = Self(center: center, radius: radius) else {
            throw reader.error("a radius is not negative")
        }
        return circle
    }

    package func encode(into writer: inout ByteWriter) {
        center.encode(into: &writer)
        radius.encode(into: &writer)
    }

    package var postgresText: String { "<\(center.postgresText),\(radius.postgresText)>" }
}
