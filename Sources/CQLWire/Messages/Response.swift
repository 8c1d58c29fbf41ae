package import WireKit

/// A message from a server (native protocol v4, section 4.2).
package enum Response: Hashable, Sendable {
    case error(ErrorResponse)
    case ready
    /// The server wants a SASL exchange; its argument is the authenticator's class.
    case authenticate(String)
    case supported(StringMultimap)
    case result(ResultResponse)
    case event(EventResponse)
    case authChallenge(ArraySlice<UInt8>?)
    case authSuccess(ArraySlice<UInt8>?)

    /// The frame's opcode.
    package var opcode: Opcode.Response {
        switch self {
        case .error: .error
        case .ready: .ready
        case .authenticate: .authenticate
        case .supported: .supported
        case .result: .result
        case .event: .event
        case .authChallenge: .authChallenge
        case .authSuccess: .authSuccess
        }
    }

    /// Reads a message's body, behind whatever the frame's flags put before it; what follows it stays in `reader`.
    ///
    /// - Throws: `WireError` when the body is not what the opcode says.
    package static func decode(
        _ opcode: Opcode.Response,
        from reader: inout ByteReader,
        version: ProtocolVersion,
        extensions: ProtocolExtensions = .none
    ) throws(WireError) -> Response {
        switch opcode {
        case .error: .error(try ErrorResponse.decode(from: &reader, extensions: extensions))
        case .ready: .ready
        case .authenticate: .authenticate(try reader.readString("authenticator"))
        case .supported: .supported(try reader.readStringMultimap("supported options"))
        case .result: .result(try ResultResponse.decode(from: &reader, version: version, extensions: extensions))
        case .event: .event(try EventResponse.decode(from: &reader, version: version))
        case .authChallenge: .authChallenge(try reader.readNullableBytes("token"))
        case .authSuccess: .authSuccess(try reader.readNullableBytes("token"))
        }
    }

    /// Writes the message's body.
    ///
    /// - Throws: `WireError` when a part is longer than its length field can say.
    package func encode(into writer: inout ByteWriter, version: ProtocolVersion) throws(WireError) {
        switch self {
        case .error(let message): try message.encode(into: &writer)
        case .ready: break
        case .authenticate(let authenticator): try writer.writeString(authenticator, "authenticator")
        case .supported(let options): try writer.writeStringMultimap(options, "supported options")
        case .result(let message): try message.encode(into: &writer, version: version)
        case .event(let message): try message.encode(into: &writer, version: version)
        case .authChallenge(let token), .authSuccess(let token): try writer.writeNullableBytes(token, "token")
        }
    }
}
