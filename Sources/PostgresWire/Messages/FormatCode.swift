import WireKit

/// How a value is written: as text or in the type's binary form.
///
/// PostgreSQL documentation, "Formats and Format Codes".
package enum FormatCode: Int16, Sendable {
    case text = 0
    case binary = 1
}

extension ByteReader {
    /// Reads an `Int16` format code.
    ///
    /// - Throws: `WireError` when it is neither text nor binary.
    mutating func readFormatCode(_ field: String) throws(WireError) -> FormatCode {
        let at = offset
        let code = try readInteger(field, as: Int16.self)
        guard let format = FormatCode(rawValue: code) else {
            throw WireError(.unknownCode(Int(code)), field: field, offset: at)
        }
        return format
    }
}
