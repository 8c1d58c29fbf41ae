package import WireKit

/// `bytea`: any bytes.
///
/// Text is read in both forms of bytea_output, `hex` and `escape`. PostgreSQL source, `src/backend/utils/adt/varlena.c`,
/// byteaout.
package struct PostgresBytea: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The session setting bytea_output.
    package enum Output: String, Sendable {
        case hex, escape
    }

    /// The text in one of the forms.
    package func text(_ output: Output) -> String {
        switch output {
        case .hex: "\\x" + Hex.lowercase(bytes)
        case .escape: escapedText
        }
    }

    private var escapedText: String {
        var text = ""
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\\"): text += "\\\\"
            case 0x20...0x7E: text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += Octal.escaped(byte)
            }
        }
        return text
    }
}

extension PostgresBytea: PostgresScalar {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(Array(try reader.readBytes(reader.remaining, "bytea")))
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        if reader.skip("\\x") {
            guard let bytes = Hex.bytes(reader.takeRest()) else {
                throw reader.error("a bytea is written \\x and hex digits")
            }
            return Self(bytes)
        }
        var bytes: [UInt8] = []
        while let byte = reader.pop() {
            if byte != UInt8(ascii: "\\") {
                bytes.append(byte)
            } else if reader.skip("\\") {
                bytes.append(byte)
            } else if let escaped = Octal.decode(from: &reader) {
                bytes.append(escaped)
            } else {
                throw reader.error("a backslash in a bytea is followed by another or by three octal digits")
            }
        }
        return Self(bytes)
    }

    package func encode(into writer: inout ByteWriter) { writer.writeBytes(bytes) }

    package var postgresText: String { text(.hex) }
}
