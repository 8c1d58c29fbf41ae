package import WireKit

/// `jsonb` and `jsonpath`: text, in binary form behind the version 1.
///
/// The text is the server's; nothing in it is read here. PostgreSQL source, `src/backend/utils/adt/jsonb.c`, jsonb_send.
package struct PostgresVersionedText: Hashable, Sendable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }
}

extension PostgresVersionedText: PostgresScalar {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let at = reader.offset
        let version = try reader.readInteger("jsonb version", as: UInt8.self)
        guard version == 1 else { throw WireError(.unknownCode(Int(version)), field: "jsonb version", offset: at) }
        return Self(try reader.readUTF8(reader.remaining, "jsonb"))
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        Self(try reader.readUTF8())
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeInteger(UInt8(1))
        writer.writeUTF8(text)
    }

    package var postgresText: String { text }
}
