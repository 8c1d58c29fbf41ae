package import WireKit

/// A message from a client (native protocol v4, section 4.1).
package enum Request: Hashable, Sendable {
    case startup(StartupRequest)
    case options
    case query(QueryRequest)
    case prepare(PrepareRequest)
    case execute(ExecuteRequest)
    case batch(BatchRequest)
    case register(RegisterRequest)
    case authResponse(AuthResponseRequest)

    /// The frame's opcode.
    package var opcode: Opcode.Request {
        switch self {
        case .startup: .startup
        case .options: .options
        case .query: .query
        case .prepare: .prepare
        case .execute: .execute
        case .batch: .batch
        case .register: .register
        case .authResponse: .authResponse
        }
    }

    /// Reads a message's body, behind whatever the frame's flags put before it; what follows it stays in `reader`.
    ///
    /// - Throws: `WireError` when the body is not what the opcode says.
    package static func decode(
        _ opcode: Opcode.Request,
        from reader: inout ByteReader,
        version: ProtocolVersion,
        extensions: ProtocolExtensions = .none
    ) throws(WireError) -> Request {
        switch opcode {
        case .startup: .startup(try StartupRequest.decode(from: &reader))
        case .options: .options
        case .query: .query(try QueryRequest.decode(from: &reader, version: version))
        case .prepare: .prepare(try PrepareRequest.decode(from: &reader))
        case .execute: .execute(try ExecuteRequest.decode(from: &reader, version: version, extensions: extensions))
        case .batch: .batch(try BatchRequest.decode(from: &reader, version: version))
        case .register: .register(try RegisterRequest.decode(from: &reader))
        case .authResponse: .authResponse(try AuthResponseRequest.decode(from: &reader))
        }
    }

    /// Writes the message's body.
    ///
    /// - Throws: `WireError` when a part is longer than its length field can say.
    package func encode(into writer: inout ByteWriter, version: ProtocolVersion) throws(WireError) {
        switch self {
        case .startup(let message): try message.encode(into: &writer)
        case .options: break
        case .query(let message): try message.encode(into: &writer, version: version)
        case .prepare(let message): try message.encode(into: &writer)
        case .execute(let message): try message.encode(into: &writer, version: version)
        case .batch(let message): try message.encode(into: &writer, version: version)
        case .register(let message): try message.encode(into: &writer)
        case .authResponse(let message): try message.encode(into: &writer)
        }
    }
}
