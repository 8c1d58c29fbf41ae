package import WireKit

/// The creation of a portal from a prepared statement and parameter values.
///
/// PostgreSQL documentation, Bind.
package struct Bind: Hashable, Sendable, MessageBody {
    /// The portal's name; empty is the unnamed portal.
    package var portal: String
    package var statement: String
    /// None: all text; one: for all parameters; else one per parameter.
    package var parameterFormats: [FormatCode]
    /// The values; `nil` is NULL.
    package var parameters: [ArraySlice<UInt8>?]
    /// None: all text; one: for all columns; else one per column.
    package var resultFormats: [FormatCode]

    package init(
        portal: String = "",
        statement: String = "",
        parameterFormats: [FormatCode] = [],
        parameters: [ArraySlice<UInt8>?] = [],
        resultFormats: [FormatCode] = []
    ) {
        self.portal = portal
        self.statement = statement
        self.parameterFormats = parameterFormats
        self.parameters = parameters
        self.resultFormats = resultFormats
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(
            portal: try reader.readNullTerminatedString("portal name"),
            statement: try reader.readNullTerminatedString("statement name"),
            parameterFormats: try reader.readFormatCodes("parameter formats"),
            parameters: try reader.readNullableValues("parameters"),
            resultFormats: try reader.readFormatCodes("result formats")
        )
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeNullTerminated(portal)
        writer.writeNullTerminated(statement)
        writer.writeFormatCodes(parameterFormats)
        writer.writeNullableValues(parameters)
        writer.writeFormatCodes(resultFormats)
    }
}
