package import WireKit

/// `"char"`: one byte; NUL is empty text.
///
/// Bytes above ASCII are written `\ooo` from PostgreSQL 16 on. Older servers print such a byte as it is, which is read too,
/// but of the text `\ooo` they take the first character only: send them the binary form. PostgreSQL source,
/// `src/backend/utils/adt/char.c`, charout.
package struct PostgresChar: Hashable, Sendable {
    package let byte: UInt8

    package init(_ byte: UInt8) {
        self.byte = byte
    }
}

extension PostgresChar: PostgresScalar {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(try reader.readInteger("\"char\"", as: UInt8.self))
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        if reader.rest.count == 4, reader.skip("\\"), let byte = Octal.decode(from: &reader) { return Self(byte) }
        return Self(reader.pop() ?? 0)
    }

    package func encode(into writer: inout ByteWriter) { writer.writeInteger(byte) }

    package var postgresText: String {
        guard byte != 0 else { return "" }
        return byte < 0x80 ? String(decoding: [byte], as: UTF8.self) : Octal.escaped(byte)
    }
}

/// A byte as a backslash and three octal digits.
enum Octal {
    static func escaped(_ byte: UInt8) -> String { "\\" + String(0o1000 + Int(byte), radix: 8).dropFirst() }

    /// Reads the three digits; nothing is consumed when they do not come next.
    static func decode(from reader: inout TextReader) -> UInt8? {
        let digits = reader.rest.prefix(3)
        guard digits.count == 3, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }) else {
            return nil
        }
        let value = digits.reduce(0) { $0 * 8 + Int($1 - UInt8(ascii: "0")) }
        guard let byte = UInt8(exactly: value) else { return nil }
        for _ in digits { _ = reader.pop() }
        return byte
    }
}
