package import WireKit

/// The current value of a session parameter that the server reports unasked.
///
/// PostgreSQL documentation, ParameterStatus.
package struct ParameterStatus: Hashable, Sendable, MessageBody {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(
            name: try reader.readNullTerminatedString("parameter name"),
            value: try reader.readNullTerminatedString("parameter value")
        )
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeNullTerminated(name)
        writer.writeNullTerminated(value)
    }
}
