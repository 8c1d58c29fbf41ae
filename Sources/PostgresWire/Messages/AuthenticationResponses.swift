package import WireKit

/// A password, in clear or as an MD5 response.
///
/// PostgreSQL documentation, PasswordMessage.
package struct PasswordMessage: Hashable, Sendable, MessageBody {
    package var password: String

    package init(password: String) {
        self.password = password
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(password: try reader.readNullTerminatedString("password"))
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeNullTerminated(password)
    }
}

extension PasswordMessage: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Fixed text: a password never reaches a log.
    package var description: String { "PasswordMessage(redacted)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// The choice of a SASL mechanism with the client's first message.
///
/// PostgreSQL documentation, SASLInitialResponse.
package struct SASLInitialResponse: Hashable, Sendable, MessageBody {
    package var mechanism: String
    /// The mechanism's initial response; `nil` when there is none.
    package var data: ArraySlice<UInt8>?

    package init(mechanism: String, data: ArraySlice<UInt8>?) {
        self.mechanism = mechanism
        self.data = data
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(
            mechanism: try reader.readNullTerminatedString("SASL mechanism"),
            data: try reader.readNullableValue("initial response")
        )
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeNullTerminated(mechanism)
        writer.writeNullableValue(data)
    }
}

/// A further message of a SASL exchange.
///
/// PostgreSQL documentation, SASLResponse.
package struct SASLResponse: Hashable, Sendable, MessageBody {
    package var data: ArraySlice<UInt8>

    package init(data: ArraySlice<UInt8>) {
        self.data = data
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(data: try reader.readBytes(reader.remaining, "SASL data"))
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeBytes(data)
    }
}

/// A message of a GSSAPI or SSPI exchange.
///
/// PostgreSQL documentation, GSSResponse. This client never sends one; a server must tell it apart.
package struct GSSResponse: Hashable, Sendable, MessageBody {
    package var data: ArraySlice<UInt8>

    package init(data: ArraySlice<UInt8>) {
        self.data = data
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(data: try reader.readBytes(reader.remaining, "GSSAPI data"))
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeBytes(data)
    }
}
