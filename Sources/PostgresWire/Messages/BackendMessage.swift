package import WireKit

/// A message from the server.
///
/// PostgreSQL documentation, "Message Formats", those marked (B).
package enum BackendMessage: Equatable, Sendable {
    case authentication(Authentication)
    case backendKeyData(BackendKeyData)
    case bindComplete
    case closeComplete
    case commandComplete(CommandComplete)
    case copyBothResponse(CopyResponse)
    case copyData(CopyData)
    case copyDone
    case copyInResponse(CopyResponse)
    case copyOutResponse(CopyResponse)
    case dataRow(DataRow)
    case emptyQueryResponse
    case errorResponse(ErrorResponse)
    case functionCallResponse(FunctionCallResponse)
    case negotiateProtocolVersion(NegotiateProtocolVersion)
    case noData
    case noticeResponse(NoticeResponse)
    case notificationResponse(NotificationResponse)
    case parameterDescription(ParameterDescription)
    case parameterStatus(ParameterStatus)
    case parseComplete
    case portalSuspended
    case readyForQuery(ReadyForQuery)
    case rowDescription(RowDescription)
}

extension BackendMessage {
    /// The type byte of a message from the server.
    package enum ID: UInt8, CaseIterable, Sendable {
        case authentication = 0x52  // 'R'
        case backendKeyData = 0x4B  // 'K'
        case bindComplete = 0x32  // '2'
        case closeComplete = 0x33  // '3'
        case commandComplete = 0x43  // 'C'
        case copyBothResponse = 0x57  // 'W'
        case copyData = 0x64  // 'd'
        case copyDone = 0x63  // 'c'
        case copyInResponse = 0x47  // 'G'
        case copyOutResponse = 0x48  // 'H'
        case dataRow = 0x44  // 'D'
        case emptyQueryResponse = 0x49  // 'I'
        case errorResponse = 0x45  // 'E'
        case functionCallResponse = 0x56  // 'V'
        case negotiateProtocolVersion = 0x76  // 'v'
        case noData = 0x6E  // 'n'
        case noticeResponse = 0x4E  // 'N'
        case notificationResponse = 0x41  // 'A'
        case parameterDescription = 0x74  // 't'
        case parameterStatus = 0x53  // 'S'
        case parseComplete = 0x31  // '1'
        case portalSuspended = 0x73  // 's'
        case readyForQuery = 0x5A  // 'Z'
        case rowDescription = 0x54  // 'T'
    }

    /// The message's type.
    package var id: ID {
        switch self {
        case .authentication: .authentication
        case .backendKeyData: .backendKeyData
        case .bindComplete: .bindComplete
        case .closeComplete: .closeComplete
        case .commandComplete: .commandComplete
        case .copyBothResponse: .copyBothResponse
        case .copyData: .copyData
        case .copyDone: .copyDone
        case .copyInResponse: .copyInResponse
        case .copyOutResponse: .copyOutResponse
        case .dataRow: .dataRow
        case .emptyQueryResponse: .emptyQueryResponse
        case .errorResponse: .errorResponse
        case .functionCallResponse: .functionCallResponse
        case .negotiateProtocolVersion: .negotiateProtocolVersion
        case .noData: .noData
        case .noticeResponse: .noticeResponse
        case .notificationResponse: .notificationResponse
        case .parameterDescription: .parameterDescription
        case .parameterStatus: .parameterStatus
        case .parseComplete: .parseComplete
        case .portalSuspended: .portalSuspended
        case .readyForQuery: .readyForQuery
        case .rowDescription: .rowDescription
        }
    }
}

extension BackendMessage {
    /// Decodes a frame from the server; nothing may follow its last field.
    ///
    /// - Throws: `WireError` for an unknown type or a body that contradicts the message's format.
    package static func decode(_ frame: MessageFrame) throws(WireError) -> BackendMessage {
        guard let id = ID(rawValue: frame.tag) else {
            throw WireError(.unknownCode(Int(frame.tag)), field: "message type", offset: 0)
        }
        var reader = ByteReader(frame.body)
        let message = try decode(id, from: &reader)
        try reader.expectEnd("\(id)")
        return message
    }

    private static func decode(_ id: ID, from reader: inout ByteReader) throws(WireError) -> BackendMessage {
        switch id {
        case .authentication: .authentication(try .decode(from: &reader))
        case .backendKeyData: .backendKeyData(try .decode(from: &reader))
        case .bindComplete: .bindComplete
        case .closeComplete: .closeComplete
        case .commandComplete: .commandComplete(try .decode(from: &reader))
        case .copyBothResponse: .copyBothResponse(try .decode(from: &reader))
        case .copyData: .copyData(try .decode(from: &reader))
        case .copyDone: .copyDone
        case .copyInResponse: .copyInResponse(try .decode(from: &reader))
        case .copyOutResponse: .copyOutResponse(try .decode(from: &reader))
        case .dataRow: .dataRow(try .decode(from: &reader))
        case .emptyQueryResponse: .emptyQueryResponse
        case .errorResponse: .errorResponse(try .decode(from: &reader))
        case .functionCallResponse: .functionCallResponse(try .decode(from: &reader))
        case .negotiateProtocolVersion: .negotiateProtocolVersion(try .decode(from: &reader))
        case .noData: .noData
        case .noticeResponse: .noticeResponse(try .decode(from: &reader))
        case .notificationResponse: .notificationResponse(try .decode(from: &reader))
        case .parameterDescription: .parameterDescription(try .decode(from: &reader))
        case .parameterStatus: .parameterStatus(try .decode(from: &reader))
        case .parseComplete: .parseComplete
        case .portalSuspended: .portalSuspended
        case .readyForQuery: .readyForQuery(try .decode(from: &reader))
        case .rowDescription: .rowDescription(try .decode(from: &reader))
        }
    }

    /// Writes type, length and body.
    package func encode(into writer: inout ByteWriter) {
        writer.writeInteger(id.rawValue)
        writer.writeLengthPrefixed(as: Int32.self, includingLength: true) { encodeBody(into: &$0) }
    }

    private func encodeBody(into writer: inout ByteWriter) {
        switch self {
        case .authentication(let body): body.encode(into: &writer)
        case .backendKeyData(let body): body.encode(into: &writer)
        case .commandComplete(let body): body.encode(into: &writer)
        case .copyBothResponse(let body), .copyInResponse(let body), .copyOutResponse(let body):
            body.encode(into: &writer)
        case .copyData(let body): body.encode(into: &writer)
        case .dataRow(let body): body.encode(into: &writer)
        case .errorResponse(let body): body.encode(into: &writer)
        case .functionCallResponse(let body): body.encode(into: &writer)
        case .negotiateProtocolVersion(let body): body.encode(into: &writer)
        case .noticeResponse(let body): body.encode(into: &writer)
        case .notificationResponse(let body): body.encode(into: &writer)
        case .parameterDescription(let body): body.encode(into: &writer)
        case .parameterStatus(let body): body.encode(into: &writer)
        case .readyForQuery(let body): body.encode(into: &writer)
        case .rowDescription(let body): body.encode(into: &writer)
        case .bindComplete, .closeComplete, .copyDone, .emptyQueryResponse, .noData, .parseComplete, .portalSuspended:
            break
        }
    }
}
