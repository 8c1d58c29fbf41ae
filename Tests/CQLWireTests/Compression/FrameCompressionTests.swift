import CQLWire
import Testing
import WireKit

@Suite struct FrameCompressionTests {
    private static let query = QueryRequest(
        query: "INSERT INTO t (k, a, b, c) VALUES (1, 'the same', 'the same', 'the same, and the same again')",
        parameters: QueryParameters(consistency: .one)
    )

    private func frame(_ bytes: [UInt8]) throws -> Frame {
        var reader = ByteReader(bytes)
        let header = try FrameHeader.decode(from: &reader)
        #expect(reader.remaining == header.bodyLength)
        return Frame(header: header, body: reader.rest)
    }

    @Test(arguments: FrameCompression.allCases)
    func requestsReturn(_ compression: FrameCompression) throws {
        let request = RequestFrame(stream: StreamID(rawValue: 7), isTraced: true, request: .query(Self.query))
        var plain = ByteWriter()
        try request.encode(into: &plain)
        var writer = ByteWriter()
        try request.encode(into: &writer, compression: compression)
        #expect(writer.count < plain.count)
        let frame = try frame(writer.bytes)
        #expect(frame.header.flags == [.compression, .tracing])
        #expect(try RequestFrame.decode(frame, compression: compression) == request)
        #expect(try self.frame(plain.bytes) == frame.decompressed(with: compression))
    }

    @Test(arguments: FrameCompression.allCases)
    func responsesReturn(_ compression: FrameCompression) throws {
        let message = String(repeating: "the same words ", count: 20)
        let response = ResponseFrame(
            stream: StreamID(rawValue: 7),
            warnings: [message, message],
            response: .error(ErrorResponse(code: .invalid, message: message))
        )
        var writer = ByteWriter()
        try response.encode(into: &writer, compression: compression)
        let frame = try frame(writer.bytes)
        #expect(frame.header.flags == [.compression, .warning])
        #expect(try ResponseFrame.decode(frame, compression: compression) == response)
    }

    @Test(arguments: FrameCompression.allCases)
    func whatWouldNotBecomeSmallerIsSentAsItIs(_ compression: FrameCompression) throws {
        let noise = (0..<200).map { UInt8(truncatingIfNeeded: $0 &* 167 ^ $0 >> 2 &* 59) }
        let requests: [Request] = [
            .options, .prepare(PrepareRequest(query: "SELECT 1")),
            .authResponse(AuthResponseRequest(token: noise[...])),
        ]
        for request in requests {
            var writer = ByteWriter()
            try RequestFrame(stream: StreamID(rawValue: 1), request: request).encode(
                into: &writer,
                compression: compression
            )
            let frame = try frame(writer.bytes)
            #expect(!frame.header.flags.contains(.compression))
            #expect(try RequestFrame.decode(frame, compression: compression).request == request)
        }
    }

    /// It is the message that agrees on a compression.
    @Test func startupIsNeverCompressed() throws {
        let options = StringMap(entries: (0..<40).map { .init(key: "OPTION_\($0)", value: "the same value") })
        var writer = ByteWriter()
        let startup = RequestFrame(stream: StreamID(rawValue: 0), request: .startup(StartupRequest(options: options)))
        try startup.encode(into: &writer, compression: .lz4)
        #expect(try RequestFrame.decode(frame(writer.bytes)) == startup)
    }

    @Test func flagWithoutAgreedCompressionIsNamed() throws {
        let header = FrameHeader(
            version: .v4,
            direction: .response,
            flags: .compression,
            stream: StreamID(rawValue: 0),
            opcode: Opcode.Response.ready.rawValue,
            bodyLength: 0
        )
        let error = #expect(throws: WireError.self) {
            try ResponseFrame.decode(Frame(header: header, body: []))
        }
        #expect(error?.description.contains("STARTUP agreed on no compression") == true)
        // Clients that set the flag on every frame set it on those without a body too.
        #expect(
            try ResponseFrame.decode(Frame(header: header, body: []), compression: .lz4).response == .ready
        )
    }

    @Test(arguments: FrameCompression.allCases)
    func announcedLengthAboveTheLimitIsRefused(_ compression: FrameCompression) throws {
        let zeros = [UInt8](repeating: 0, count: 1001)
        let compressed = compression.compress(zeros.span)
        let body = try #require(compressed)
        #expect(try compression.decompress(body[...], limit: 1001).count == 1001)
        let error = #expect(throws: WireError.self) { try compression.decompress(body[...], limit: 1000) }
        #expect(error?.reason == .limitExceeded(length: 1001, limit: 1000))
    }

    @Test func namesAreThoseOfTheProtocol() {
        #expect(FrameCompression(rawValue: "lz4") == .lz4)
        #expect(FrameCompression(rawValue: "snappy") == .snappy)
        #expect(FrameCompression(rawValue: "deflate") == nil)
    }
}
