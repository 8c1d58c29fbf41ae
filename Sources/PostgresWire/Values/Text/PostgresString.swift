package import WireKit

/// Text in UTF-8, the same in both forms: `text`, `varchar`, `bpchar`, `name`, `json`, `xml` and the labels of enums.
///
/// Read as a string, a value of any other type gives its text form.
extension String: PostgresScalar {
    package static func decode(
        _ value: ArraySlice<UInt8>,
        type: TypeOID,
        format: FormatCode
    ) throws(WireError) -> String {
        switch format {
        case .binary: try PostgresText.render(binary: value, type: type)
        case .text: try decode(value, format: .text)
        }
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> String {
        try reader.readUTF8(reader.remaining, "text")
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> String {
        try reader.readUTF8()
    }

    package func encode(into writer: inout ByteWriter) { writer.writeUTF8(self) }

    package var postgresText: String { self }
}
