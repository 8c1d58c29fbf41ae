package import WireKit

/// The start of a copy: the body that CopyInResponse, CopyOutResponse and CopyBothResponse share.
///
/// PostgreSQL documentation, CopyOutResponse.
package struct CopyResponse: Hashable, Sendable, MessageBody {
    /// Whether the copy as a whole is textual or binary.
    package var format: FormatCode
    /// The format of each column; all text when the copy is textual.
    package var columnFormats: [FormatCode]

    package init(format: FormatCode, columnFormats: [FormatCode]) {
        self.format = format
        self.columnFormats = columnFormats
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let code = try reader.readInteger("copy format", as: Int8.self)
        guard let format = FormatCode(rawValue: Int16(code)) else {
            throw WireError(.unknownCode(Int(code)), field: "copy format", offset: 0)
        }
        let count = try reader.readCount("column count", itemByteCount: 2)
        var columnFormats: [FormatCode] = []
        columnFormats.reserveCapacity(count)
        for _ in 0..<count { columnFormats.append(try reader.readFormatCode("column format")) }
        return Self(format: format, columnFormats: columnFormats)
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeInteger(Int8(format.rawValue))
        writer.writeInteger(Int16(columnFormats.count))
        for format in columnFormats { writer.writeInteger(format.rawValue) }
    }
}
