package import WireKit

/// A typed message to the server.
///
/// PostgreSQL documentation, "Message Formats", those marked (F). The packets without a type byte that may come
/// before these are `StartupPacket`.
package enum FrontendMessage: Equatable, Sendable {
    case bind(Bind)
    case close(Close)
    case copyData(CopyData)
    case copyDone
    case copyFail(CopyFail)
    case describe(Describe)
    case execute(Execute)
    case flush
    case functionCall(FunctionCall)
    case gssResponse(GSSResponse)
    case parse(Parse)
    case password(PasswordMessage)
    case query(Query)
    case saslInitialResponse(SASLInitialResponse)
    case saslResponse(SASLResponse)
    case sync
    case terminate
}

extension FrontendMessage {
    /// The type byte of a message to the server.
    package enum ID: UInt8, CaseIterable, Sendable {
        case authenticationResponse = 0x70  // 'p'
        case bind = 0x42  // 'B'
        case close = 0x43  // 'C'
        case copyData = 0x64  // 'd'
        case copyDone = 0x63  // 'c'
        case copyFail = 0x66  // 'f'
        case describe = 0x44  // 'D'
        case execute = 0x45  // 'E'
        case flush = 0x48  // 'H'
        case functionCall = 0x46  // 'F'
        case parse = 0x50  // 'P'
        case query = 0x51  // 'Q'
        case sync = 0x53  // 'S'
        case terminate = 0x58  // 'X'
    }

    /// What a `p` message is, which only the authentication exchange before it tells.
    package enum AuthenticationResponse: Sendable {
        case password
        case saslInitialResponse
        case saslResponse
        case gssResponse
    }

    /// The message's type.
    package var id: ID {
        switch self {
        case .bind: .bind
        case .close: .close
        case .copyData: .copyData
        case .copyDone: .copyDone
        case .copyFail: .copyFail
        case .describe: .describe
        case .execute: .execute
        case .flush: .flush
        case .functionCall: .functionCall
        case .parse: .parse
        case .gssResponse, .password, .saslInitialResponse, .saslResponse: .authenticationResponse
        case .query: .query
        case .sync: .sync
        case .terminate: .terminate
        }
    }
}

extension FrontendMessage {
    /// Decodes a frame from a frontend; nothing may follow its last field.
    ///
    /// - Parameters:
    ///   - frame: the message's type and body.
    ///   - response: what a `p` message is at this point of the authentication exchange.
    /// - Returns: the message.
    /// - Throws: `WireError` for an unknown type or a body that contradicts the message's format.
    package static func decode(
        _ frame: MessageFrame,
        response: AuthenticationResponse = .password
    ) throws(WireError) -> FrontendMessage {
        guard let id = ID(rawValue: frame.tag) else {
            throw WireError(.unknownCode(Int(frame.tag)), field: "message type", offset: 0)
        }
        var reader = ByteReader(frame.body)
        let message = try decode(id, response, from: &reader)
        try reader.expectEnd("\(id)")
        return message
    }

    private static func decode(
        _ id: ID,
        _ response: AuthenticationResponse,
        from reader: inout ByteReader
    ) throws(WireError) -> FrontendMessage {
        switch id {
        case .authenticationResponse:
            switch response {
            case .password: .password(try .decode(from: &reader))
            case .saslInitialResponse: .saslInitialResponse(try .decode(from: &reader))
            case .saslResponse: .saslResponse(try .decode(from: &reader))
            case .gssResponse: .gssResponse(try .decode(from: &reader))
            }
        case .bind: .bind(try .decode(from: &reader))
        case .close: .close(try .decode(from: &reader))
        case .copyData: .copyData(try .decode(from: &reader))
        case .copyDone: .copyDone
        case .copyFail: .copyFail(try .decode(from: &reader))
        case .describe: .describe(try .decode(from: &reader))
        case .execute: .execute(try .decode(from: &reader))
        case .flush: .flush
        case .functionCall: .functionCall(try .decode(from: &reader))
        case .parse: .parse(try .decode(from: &reader))
        case .query: .query(try .decode(from: &reader))
        case .sync: .sync
        case .terminate: .terminate
        }
    }

    /// Writes type, length and body.
    package func encode(into writer: inout ByteWriter) {
        writer.writeInteger(id.rawValue)
        writer.writeLengthPrefixed(as: Int32.self, includingLength: true) { encodeBody(into: &$0) }
    }

    private func encodeBody(into writer: inout ByteWriter) {
        switch self {
        case .bind(let body): body.encode(into: &writer)
        case .close(let body): body.encode(into: &writer)
        case .copyData(let body): body.encode(into: &writer)
        case .copyFail(let body): body.encode(into: &writer)
        case .describe(let body): body.encode(into: &writer)
        case .execute(let body): body.encode(into: &writer)
        case .functionCall(let body): body.encode(into: &writer)
        case .gssResponse(let body): body.encode(into: &writer)
        case .parse(let body): body.encode(into: &writer)
        case .password(let body): body.encode(into: &writer)
        case .query(let body): body.encode(into: &writer)
        case .saslInitialResponse(let body): body.encode(into: &writer)
        case .saslResponse(let body): body.encode(into: &writer)
        case .copyDone, .flush, .sync, .terminate: break
        }
    }
}
