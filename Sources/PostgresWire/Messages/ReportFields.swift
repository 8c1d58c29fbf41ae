package import WireKit

/// The body that ErrorResponse and NoticeResponse share: fields, each a letter and text, then a NUL.
///
/// PostgreSQL documentation, "Error and Notice Message Fields": a frontend must ignore letters that it does not know;
/// here they are kept.
package protocol ReportFields: MessageBody {
    var fields: [ErrorResponse.Field] { get }

    init(fields: [ErrorResponse.Field])
}

extension ReportFields {
    /// The text of the first field with this letter.
    package func text(_ code: ErrorResponse.Field.Code) -> String? {
        fields.first { $0.code == code }?.text
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        var fields: [ErrorResponse.Field] = []
        while true {
            let code = try reader.readInteger("field type", as: UInt8.self)
            guard code != 0 else { return Self(fields: fields) }
            let value = try reader.readNullTerminatedBytes("field value")
            fields.append(ErrorResponse.Field(ErrorResponse.Field.Code(rawValue: code), value))
        }
    }

    package func encode(into writer: inout ByteWriter) {
        for field in fields {
            writer.writeInteger(field.code.rawValue)
            writer.writeBytes(field.value)
            writer.writeInteger(UInt8(0))
        }
        writer.writeInteger(UInt8(0))
    }
}
