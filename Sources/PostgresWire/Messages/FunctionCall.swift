package import WireKit

/// A call of a function by its OID.
///
/// PostgreSQL documentation, FunctionCall; a legacy feature of the protocol.
package struct FunctionCall: Hashable, Sendable, MessageBody {
    package var functionOID: UInt32
    package var argumentFormats: [FormatCode]
    package var arguments: [ArraySlice<UInt8>?]
    package var resultFormat: FormatCode

    package init(
        functionOID: UInt32,
        argumentFormats: [FormatCode],
        arguments: [ArraySlice<UInt8>?],
        resultFormat: FormatCode
    ) {
        self.functionOID = functionOID
        self.argumentFormats = argumentFormats
        self.arguments = arguments
        self.resultFormat = resultFormat
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let functionOID = try reader.readInteger("function OID", as: UInt32.self)
        let argumentFormats = try reader.readFormatCodes("argument formats")
        let arguments = try reader.readNullableValues("arguments")
        return Self(
            functionOID: functionOID,
            argumentFormats: argumentFormats,
            arguments: arguments,
            resultFormat: try reader.readFormatCode("result format")
        )
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeInteger(functionOID)
        writer.writeFormatCodes(argumentFormats)
        writer.writeNullableValues(arguments)
        writer.writeInteger(resultFormat.rawValue)
    }
}

/// The result of a `FunctionCall`; `nil` is NULL.
///
/// PostgreSQL documentation, FunctionCallResponse.
package struct FunctionCallResponse: Hashable, Sendable, MessageBody {
    package var value: ArraySlice<UInt8>?

    package init(value: ArraySlice<UInt8>?) {
        self.value = value
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(value: try reader.readNullableValue("function result"))
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeNullableValue(value)
    }
}
