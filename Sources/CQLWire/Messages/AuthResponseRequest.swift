import WireKit

/// AUTH_RESPONSE: a client's SASL token (native protocol v4, section 4.1.2).
package struct AuthResponseRequest: Hashable, Sendable {
    package var token: ArraySlice<UInt8>?

    package init(token: ArraySlice<UInt8>?) {
        self.token = token
    }

    static func decode(from reader: inout ByteReader) throws(WireError) -> AuthResponseRequest {
        AuthResponseRequest(token: try reader.readNullableBytes("token"))
    }

    func encode(into writer: inout ByteWriter) throws(WireError) {
        try writer.writeNullableBytes(token, "token")
    }
}

extension AuthResponseRequest: CustomStringConvertible, CustomReflectable {
    /// Fixed text, for the token holds a password.
    package var description: String { "AuthResponseRequest(token not shown)" }

    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
