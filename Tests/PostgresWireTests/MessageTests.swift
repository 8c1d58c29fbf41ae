import PostgresWire
import Testing
import WireKit

@Suite struct MessageTests {
    private func frame(_ encode: (inout ByteWriter) -> Void) throws -> MessageFrame {
        var writer = ByteWriter()
        encode(&writer)
        guard case .frame(let frame) = MessageFrame.next(in: writer.bytes[...]) else {
            throw WireError(.invalidLength(0), field: "frame", offset: 0)
        }
        #expect(frame.byteCount == writer.count)
        return frame
    }

    @Test(arguments: MessageSamples.backend)
    func backendMessagesRoundTrip(_ message: BackendMessage) throws {
        #expect(try BackendMessage.decode(try frame(message.encode)) == message)
    }

    @Test(arguments: MessageSamples.frontend)
    func frontendMessagesRoundTrip(_ message: FrontendMessage) throws {
        let response = MessageSamples.response(of: message)
        #expect(try FrontendMessage.decode(try frame(message.encode), response: response) == message)
    }

    @Test(arguments: MessageSamples.packets)
    func startupPacketsRoundTrip(_ packet: StartupPacket) {
        var writer = ByteWriter()
        packet.encode(into: &writer)
        #expect(StartupPacket.next(in: writer.bytes[...]) == .packet(packet, byteCount: writer.count))
        for count in 0..<writer.count {
            guard case .needsMore = StartupPacket.next(in: writer.bytes[..<count]) else {
                Issue.record("\(packet): \(count) bytes were enough")
                return
            }
        }
    }

    @Test func everyTypeHasASample() {
        #expect(Set(MessageSamples.backend.map(\.id)) == Set(BackendMessage.ID.allCases))
        #expect(Set(MessageSamples.frontend.map(\.id)) == Set(FrontendMessage.ID.allCases))
    }

    /// Messages whose last field is whatever remains cannot be told from shorter or longer ones.
    private static let closedEnd = MessageSamples.backend.filter { message in
        switch message {
        case .copyData, .authentication(.gssContinue), .authentication(.saslContinue), .authentication(.saslFinal),
            .authentication(.unknown), .backendKeyData:
            false
        default: true
        }
    }

    @Test(arguments: closedEnd)
    func truncatedBackendMessagesAreErrors(_ message: BackendMessage) throws {
        let whole = try frame(message.encode)
        for count in 0..<whole.body.count {
            let cut = MessageFrame(tag: whole.tag, body: whole.body.prefix(count))
            #expect(throws: WireError.self, "\(count) bytes of \(message)") { try BackendMessage.decode(cut) }
        }
    }

    @Test(arguments: closedEnd)
    func overlongBackendMessagesAreErrors(_ message: BackendMessage) throws {
        let whole = try frame(message.encode)
        let overlong = MessageFrame(tag: whole.tag, body: whole.body + [0])
        let error = try #require(throws: WireError.self) { try BackendMessage.decode(overlong) }
        #expect(error.reason == .trailingBytes(count: 1))
    }

    @Test(arguments: MessageSamples.frontend)
    func truncatedAndOverlongFrontendMessagesAreErrors(_ message: FrontendMessage) throws {
        switch message {
        case .copyData, .gssResponse, .saslResponse: return
        default: break
        }
        let response = MessageSamples.response(of: message)
        let whole = try frame(message.encode)
        for count in 0..<whole.body.count {
            let cut = MessageFrame(tag: whole.tag, body: whole.body.prefix(count))
            #expect(throws: WireError.self) { try FrontendMessage.decode(cut, response: response) }
        }
        let overlong = MessageFrame(tag: whole.tag, body: whole.body + [0])
        #expect(throws: WireError.self) { try FrontendMessage.decode(overlong, response: response) }
    }

    @Test(arguments: [0, 3, 257])
    func cancelKeysHaveLimits(_ byteCount: Int) {
        let body = [0, 0, 0, 1] + [UInt8](repeating: 0, count: byteCount)
        #expect(throws: WireError.self) { try BackendMessage.decode(MessageFrame(tag: 0x4B, body: body[...])) }
    }

    @Test(arguments: [UInt8(0), 0x3F, 0x62, 0xFF])
    func unknownTypesAreErrors(_ tag: UInt8) {
        let expected = WireError(.unknownCode(Int(tag)), field: "message type", offset: 0)
        #expect(throws: expected) { try BackendMessage.decode(MessageFrame(tag: tag, body: [])) }
    }

    private static let malformed: [(UInt8, [UInt8])] = [
        // DataRow: negative column count; a value below −1; more columns than bytes.
        (UInt8(ascii: "D"), [0xFF, 0xFF]), (UInt8(ascii: "D"), [0, 1, 0xFF, 0xFF, 0xFF, 0xFE]),
        (UInt8(ascii: "D"), [0x7F, 0xFF]),
        // RowDescription and CopyOutResponse: negative counts; more than the bytes can hold; unknown formats.
        (UInt8(ascii: "T"), [0x80, 0]), (UInt8(ascii: "T"), [0x7F, 0xFF, 0]), (UInt8(ascii: "H"), [0, 0xFF, 0xFF]),
        (UInt8(ascii: "H"), [2, 0, 0]), (UInt8(ascii: "H"), [1, 0, 1, 0, 2]),
        // An authentication request without a whole code; unknown transaction status; negative option count.
        (UInt8(ascii: "R"), [0, 0, 99]), (UInt8(ascii: "Z"), [0x58]),
        (UInt8(ascii: "v"), [0, 3, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]), (UInt8(ascii: "v"), [0, 3, 0, 0, 0x7F, 0, 0, 0]),
        // An error whose last field or list does not end; a notification that is not UTF-8.
        (UInt8(ascii: "E"), [0x4D, 0x61]), (UInt8(ascii: "E"), [0x4D, 0x61, 0]),
        (UInt8(ascii: "A"), [0, 0, 0, 1, 0xC3, 0, 0x61, 0]),
    ]

    @Test(arguments: malformed)
    func malformedBackendMessagesAreErrors(_ tag: UInt8, _ body: [UInt8]) {
        #expect(throws: WireError.self) { try BackendMessage.decode(MessageFrame(tag: tag, body: body[...])) }
    }

    @Test func unknownErrorFieldsAreKept() throws {
        let body: [UInt8] = [0x7A, 0x6E, 0, 0x4D, 0xC3, 0, 0x43, 0x34, 0x32, 0x50, 0x30, 0x31, 0, 0]
        let message = try BackendMessage.decode(MessageFrame(tag: UInt8(ascii: "E"), body: body[...]))
        guard case .errorResponse(let response) = message else {
            Issue.record("not an error")
            return
        }
        #expect(response.fields.map(\.code.rawValue) == [0x7A, 0x4D, 0x43])
        let error = PostgresServerError(response)
        #expect(error.sqlState == .undefinedTable)
        #expect(error.message == "\u{FFFD}")
    }

    @Test func aRowIsWalkedWithItsNulls() {
        #expect(Array(DataRow([[1, 2], nil, []]).columns) == [[1, 2], nil, []])
        #expect(Array(DataRow([]).columns).isEmpty)
    }

    @Test(arguments: [("INSERT 0 12", 12), ("COPY 7", 7), ("SELECT 0", 0), ("BEGIN", nil)] as [(String, Int?)])
    func commandTagsCountRows(_ tag: String, _ count: Int?) {
        #expect(CommandComplete(tag: tag).rowCount == count)
    }

    @Test func passwordsAreNotDescribed() {
        let message = FrontendMessage.password(PasswordMessage(password: "hunter2"))
        var dumped = ""
        dump(message, to: &dumped)
        #expect(!"\(message) \(String(reflecting: message)) \(dumped)".contains("hunter2"))
    }
}
