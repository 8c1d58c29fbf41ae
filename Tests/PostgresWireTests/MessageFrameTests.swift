import PostgresWire
import Testing
import WireKit

@Suite struct MessageFrameTests {
    @Test func aFrameEndsWhereItsLengthSays() {
        let bytes: [UInt8] = [0x5A, 0, 0, 0, 5, 0x49, 0x31, 0, 0, 0, 4]
        #expect(MessageFrame.next(in: bytes[...]) == .frame(MessageFrame(tag: 0x5A, body: [0x49])))
        #expect(MessageFrame.next(in: bytes[6...]) == .frame(MessageFrame(tag: 0x31, body: [])))
    }

    @Test(arguments: [(0, 5), (1, 4), (4, 1), (5, 3), (7, 1)])
    func missingBytesAreCounted(_ available: Int, _ missing: Int) {
        let bytes: [UInt8] = [0x64, 0, 0, 0, 7, 1, 2, 3]
        #expect(MessageFrame.next(in: bytes[..<available]) == .needsMore(byteCount: missing))
    }

    @Test(arguments: [Int32.min, -1, 0, 3])
    func aLengthBelowItsOwnSizeIsMalformedAtOnce(_ length: Int32) {
        var writer = ByteWriter()
        writer.writeInteger(UInt8(ascii: "D"))
        writer.writeInteger(length)
        let expected = WireError(.invalidLength(Int(length)), field: "message length", offset: 1)
        #expect(MessageFrame.next(in: writer.bytes[...]) == .malformed(expected))
    }

    @Test func aLengthAboveTheLimitIsMalformedBeforeItsBodyComes() throws {
        let bytes: [UInt8] = [0x44, 0, 0, 4, 1]
        let expected = WireError(.limitExceeded(length: 1025, limit: 1024), field: "message length", offset: 1)
        #expect(MessageFrame.next(in: bytes[...], limit: 1024) == .malformed(expected))
        var decoder = MessageFrameDecoder(limit: 1024)
        decoder.append(bytes)
        #expect(throws: expected) { try decoder.next() }
    }

    @Test(arguments: [7, 10_001, -1] as [Int32])
    func startupPacketsHaveTheirOwnLimits(_ length: Int32) {
        var writer = ByteWriter()
        writer.writeInteger(length)
        guard case .malformed(let error) = StartupPacket.next(in: writer.bytes[...]) else {
            Issue.record("a packet of \(length) bytes was accepted")
            return
        }
        #expect(error.field == "packet length")
    }

    @Test func anErrorOfProtocol3IsNotTakenForTheOldFormat() {
        var writer = ByteWriter()
        BackendMessage.errorResponse(ErrorResponse(fields: [.init(.message, "no")])).encode(into: &writer)
        #expect(LegacyErrorResponse.next(in: writer.bytes[...]) == .other)
        #expect(LegacyErrorResponse.next(in: [UInt8(ascii: "R")]) == .other)
    }

    @Test func anOldErrorThatNeverEndsIsCut() {
        let endless = [UInt8(ascii: "E")] + Array(repeating: UInt8(ascii: "x"), count: 40_000)
        guard case .error(let error, _) = LegacyErrorResponse.next(in: endless[...]) else {
            Issue.record("still waiting after 40 kB")
            return
        }
        #expect(error.text.utf8.count == LegacyErrorResponse.lengthLimit)
    }
}
