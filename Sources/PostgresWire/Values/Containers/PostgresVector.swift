package import WireKit

/// `vector` of the extension pgvector: up to 16000 finite `real` numbers, `[1,2.5,3]`.
///
/// pgvector source, `src/vector.c`, vector_send and vector_out: an `Int16` count, an unused `Int16` that is 0, and the
/// numbers.
package struct PostgresVector: Hashable, Sendable {
    package let elements: [Float]

    /// pgvector's limit (VECTOR_MAX_DIM).
    package static let maximumCount = 16_000

    /// Nothing unless there are 1 to 16000 elements, all of them finite.
    package init?(_ elements: [Float]) {
        guard (1...Self.maximumCount).contains(elements.count), elements.allSatisfy(\.isFinite) else { return nil }
        self.elements = elements
    }
}

extension PostgresVector: PostgresScalar {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let at = reader.offset
        let count = Int(try reader.readInteger("vector dimension count", as: Int16.self))
        let unused = try reader.readInteger("vector's unused field", as: Int16.self)
        guard count > 0, count <= reader.remaining / 4, unused == 0 else {
            throw WireError(.invalidLength(count), field: "vector dimension count", offset: at)
        }
        var elements: [Float] = []
        elements.reserveCapacity(count)
        for _ in 0..<count { elements.append(try Float.decode(from: &reader)) }
        guard let vector = Self(elements) else { throw reader.error(.invalidValue(rule), "vector") }
        return vector
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        try reader.expect("[")
        var elements: [Float] = []
        repeat { elements.append(try Float.decode(from: &reader)) } while reader.skip(",")
        try reader.expect("]")
        guard let vector = Self(elements) else { throw reader.error(rule) }
        return vector
    }

    private static let rule = "a vector has 1 to 16000 finite numbers"

    package func encode(into writer: inout ByteWriter) {
        writer.writeInteger(Int16(elements.count))
        writer.writeInteger(Int16(0))
        for element in elements { element.encode(into: &writer) }
    }

    package var postgresText: String { "[" + elements.map(\.postgresText).joined(separator: ",") + "]" }
}
