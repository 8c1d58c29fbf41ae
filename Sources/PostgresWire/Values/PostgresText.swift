package import WireKit

/// PostgreSQL's text output for values in binary form.
///
/// It is the output of a session with DateStyle ISO, IntervalStyle postgres, TimeZone UTC, extra_float_digits 1 and
/// bytea_output hex.
package enum PostgresText {
    /// Writes a value as the server would.
    ///
    /// An enum's binary form is its label: render it as `text`.
    ///
    /// - Throws: `WireError` when the bytes are not a value of this type, or the type is not one of those known here.
    package static func render(binary: ArraySlice<UInt8>, type: TypeOID) throws(WireError) -> String {
        var reader = ByteReader(binary)
        let text: String
        if let element = type.element {
            let array = try PostgresArray.decode(from: &reader)
            guard array.elementType == element else {
                throw WireError(
                    .invalidValue("the element type is \(array.elementType.rawValue), not \(element.rawValue)"),
                    field: "element type",
                    offset: 8
                )
            }
            text = try array.text { (value) throws(WireError) -> String in
                var reader = ByteReader(value)
                let text = try renderScalar(element, from: &reader)
                try reader.expectEnd("array element")
                return text
            }
        } else {
            text = try renderScalar(type, from: &reader)
        }
        try reader.expectEnd("value")
        return text
    }

    private static func renderScalar(_ type: TypeOID, from reader: inout ByteReader) throws(WireError) -> String {
        switch type {
        case .bool: try reader.readInteger("boolean", as: UInt8.self) == 0 ? "f" : "t"
        case .int2: String(try reader.readInteger("smallint", as: Int16.self))
        case .int4: String(try reader.readInteger("integer", as: Int32.self))
        case .int8: String(try reader.readInteger("bigint", as: Int64.self))
        case .oid: String(try reader.readInteger("oid", as: UInt32.self))
        case .float4: PostgresFloat.text(Float(bitPattern: try reader.readInteger("real", as: UInt32.self)))
        case .float8: PostgresFloat.text(Double(bitPattern: try reader.readInteger("double", as: UInt64.self)))
        case .numeric: try PostgresNumeric.decode(from: &reader).text
        case .text, .varchar, .bpchar, .name, .json, .xml, .unknown: try reader.readUTF8(reader.remaining, "text")
        case .char: try renderChar(from: &reader)
        case .jsonb: try renderJSONB(from: &reader)
        case .bytea: "\\x" + Hex.lowercase(try reader.readBytes(reader.remaining, "bytea"))
        case .uuid: try PostgresUUID.decode(from: &reader).text
        case .date: try PostgresDate.decode(from: &reader).text
        case .time: try PostgresTime.decode(from: &reader).text
        case .timetz: try PostgresTimeTZ.decode(from: &reader).text
        case .timestamp: try PostgresTimestamp.decode(from: &reader).text
        case .timestamptz: try PostgresTimestampTZ.decode(from: &reader).text
        case .interval: try PostgresInterval.decode(from: &reader).text
        case .inet, .cidr: try PostgresInet.decode(from: &reader).text
        case .macaddr: try PostgresMACAddress.decode(6, from: &reader).text
        case .macaddr8: try PostgresMACAddress.decode(8, from: &reader).text
        default: throw reader.error(.invalidValue("type OID \(type.rawValue) has no text form here"), "value")
        }
    }

    /// `jsonb` is a version byte and the text.
    private static func renderJSONB(from reader: inout ByteReader) throws(WireError) -> String {
        let version = try reader.readInteger("jsonb version", as: UInt8.self)
        guard version == 1 else { throw WireError(.unknownCode(Int(version)), field: "jsonb version", offset: 0) }
        return try reader.readUTF8(reader.remaining, "jsonb")
    }

    /// `"char"` is one byte: NUL is empty, above ASCII it is written `\ooo` (`src/backend/utils/adt/char.c`, charout).
    private static func renderChar(from reader: inout ByteReader) throws(WireError) -> String {
        let byte = try reader.readInteger("\"char\"", as: UInt8.self)
        guard byte != 0 else { return "" }
        guard byte < 0x80 else { return "\\" + String(byte, radix: 8) }
        return String(decoding: [byte], as: UTF8.self)
    }
}
