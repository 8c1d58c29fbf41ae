package import WireKit

/// `pg_lsn`: a position in the log, `16/B374D848`.
///
/// PostgreSQL source, `src/backend/utils/adt/pg_lsn.c`.
extension LogSequenceNumber: PostgresScalar {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(rawValue: try reader.readInteger("pg_lsn", as: UInt64.self))
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        let text = String(decoding: reader.takeRest(), as: UTF8.self)
        guard let position = Self(text) else { throw reader.error("a pg_lsn is written as 16/B374D848") }
        return position
    }

    package func encode(into writer: inout ByteWriter) { writer.writeInteger(rawValue) }

    package var postgresText: String { description }
}

/// `tid`: the place of a row version, a block and an item in it.
///
/// PostgreSQL source, `src/backend/utils/adt/tid.c`.
package struct PostgresTupleID: Hashable, Sendable {
    package let block: UInt32
    package let item: UInt16

    package init(block: UInt32, item: UInt16) {
        self.block = block
        self.item = item
    }
}

extension PostgresTupleID: PostgresScalar {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(
            block: try reader.readInteger("tid block", as: UInt32.self),
            item: try reader.readInteger("tid item", as: UInt16.self)
        )
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        try reader.expect("(")
        let block = try reader.readInteger(as: UInt32.self)
        try reader.expect(",")
        let item = try reader.readInteger(as: UInt16.self)
        try reader.expect(")")
        return Self(block: block, item: item)
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeInteger(block)
        writer.writeInteger(item)
    }

    package var postgresText: String { "(\(block),\(item))" }
}
