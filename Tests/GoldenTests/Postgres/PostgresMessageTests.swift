import PostgresWire
import TestSupport
import Testing
import WireKit

/// Every recorded byte decodes, and encodes again to the same byte.
@Suite struct PostgresMessageTests {
    @Test(arguments: try PostgresCapture.allAndExtra())
    func serverBytesRoundTrip(_ capture: PostgresCapture) throws {
        let trace = try SessionTrace(capture)
        guard trace.legacyError == nil else { return }
        var writer = ByteWriter()
        for message in trace.backend { message.encode(into: &writer) }
        #expect(capture.negotiationReply + writer.bytes == capture.serverBytes)
        #expect(!trace.backend.isEmpty || capture.serverBytes.isEmpty)
    }

    @Test(arguments: try PostgresCapture.allAndExtra())
    func clientBytesRoundTrip(_ capture: PostgresCapture) throws {
        let trace = try SessionTrace(capture)
        var writer = ByteWriter()
        for packet in trace.packets { packet.encode(into: &writer) }
        for message in trace.frontend { message.encode(into: &writer) }
        #expect(writer.bytes == capture.clientBytes)
        #expect(!trace.packets.isEmpty)
    }

    @Test(arguments: try PostgresCapture.allAndExtra())
    func messagesComeInTheRecordedOrder(_ capture: PostgresCapture) throws {
        let trace = try SessionTrace(capture)
        guard trace.legacyError == nil else { return }
        var expected: [Character] = []
        for item in capture.serverMessages.split(separator: " ") {
            let parts = item.split(separator: "*")
            let count = parts.count > 1 ? try #require(Int(parts[1])) : 1
            expected += Array(repeating: try #require(parts[0].first), count: count)
        }
        #expect(trace.backend.map { Character(Unicode.Scalar($0.id.rawValue)) } == expected)
    }

    @Test(arguments: try PostgresCapture.allAndExtra())
    func framingDoesNotDependOnHowBytesArrive(_ capture: PostgresCapture) throws {
        let whole = try SessionTrace(capture)
        guard whole.legacyError == nil else { return }
        var decoder = MessageFrameDecoder()
        var messages: [BackendMessage] = []
        for byte in capture.serverBytes.dropFirst(capture.negotiationReply.count) {
            decoder.append(CollectionOfOne(byte))
            while let frame = try decoder.next() { messages.append(try BackendMessage.decode(frame)) }
        }
        #expect(messages == whole.backend)
        #expect(decoder.bufferedByteCount == 0)
    }

    @Test(arguments: ["pg15_startup_proto2_refused", "pg18_startup_proto2_refused"])
    func oldErrorFormatIsUnderstood(_ name: String) throws {
        let capture = try PostgresCapture.named(name)
        let error = try #require(try SessionTrace(capture).legacyError)
        #expect(error.text.hasPrefix("FATAL:  unsupported frontend protocol 2.0"))
        for count in 0..<capture.serverBytes.count {
            #expect(LegacyErrorResponse.next(in: capture.serverBytes[..<count]) == .needsMore)
        }
    }
}
