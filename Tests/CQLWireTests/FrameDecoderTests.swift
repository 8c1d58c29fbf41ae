import CQLWire
import TestSupport
import Testing
import WireKit

@Suite struct FrameDecoderTests {
    /// All steps until the decoder wants more or gives up.
    private func drain(_ decoder: inout FrameDecoder, into frames: inout [Frame]) -> FrameDecoder.Step {
        while true {
            let step = decoder.next()
            guard case .frame(let frame) = step else { return step }
            frames.append(frame)
        }
    }

    private static let anyVersion = ProtocolVersion(rawValue: 3)...ProtocolVersion(rawValue: 127)

    @Test(arguments: try CQLCapture.allAndExtra(), [true, false])
    func framesAreTheSameHoweverTheBytesArrive(_ capture: CQLCapture, _ isRequest: Bool) throws {
        let expected = capture.envelopes.filter { $0.isRequest == isRequest }
        guard (isRequest ? capture.clientUnsplitTail : capture.serverUnsplitTail) == 0,
            expected.allSatisfy({ $0.version & 0x7F >= 3 && ($0.version & 0x80 == 0) == isRequest })
        else { return }
        let bytes = isRequest ? capture.clientBytes : capture.serverBytes
        let direction: FrameHeader.Direction = isRequest ? .request : .response
        var whole: [Frame] = []
        var decoder = FrameDecoder(expecting: direction, acceptedVersions: Self.anyVersion)
        decoder.append(bytes)
        #expect(drain(&decoder, into: &whole) == .needsMoreBytes)
        #expect(decoder.bufferedByteCount == 0)
        #expect(whole.count == expected.count)

        guard bytes.count < 20_000 else { return }
        var dripped: [Frame] = []
        var drip = FrameDecoder(expecting: direction, acceptedVersions: Self.anyVersion)
        for byte in bytes {
            drip.append(CollectionOfOne(byte))
            #expect(drain(&drip, into: &dripped) == .needsMoreBytes)
        }
        #expect(dripped == whole)
    }

    @Test func lengthAboveTheLimitIsMalformedBeforeTheBodyArrives() {
        var decoder = FrameDecoder(expecting: .request, bodyLimit: 16)
        decoder.append([0x04, 0, 0, 1, 0x05, 0, 0, 0, 17])
        #expect(
            decoder.next()
                == .malformed(WireError(.limitExceeded(length: 17, limit: 16), field: "frame length", offset: 5))
        )
    }

    @Test func defaultLimitIsThatOfTheSpecification() {
        var decoder = FrameDecoder(expecting: .request)
        decoder.append([0x04, 0, 0, 1, 0x07, 0x10, 0, 0, 0])
        #expect(decoder.next() == .needsMoreBytes)
        var second = FrameDecoder(expecting: .request)
        second.append([0x04, 0, 0, 1, 0x07, 0x10, 0, 0, 1])
        guard case .malformed(let error) = second.next() else {
            Issue.record("a body of more than 256 MiB was accepted")
            return
        }
        #expect(error.reason == .limitExceeded(length: 268_435_457, limit: 268_435_456))
    }

    @Test func negativeLengthIsMalformed() {
        var decoder = FrameDecoder(expecting: .request)
        decoder.append([0x04, 0, 0, 1, 0x05, 0xFF, 0xFF, 0xFF, 0xFF])
        #expect(decoder.next() == .malformed(WireError(.invalidLength(-1), field: "length", offset: 5)))
    }

    @Test func wrongDirectionIsMalformed() {
        var decoder = FrameDecoder(expecting: .response)
        decoder.append([0x04])
        guard case .malformed(let error) = decoder.next() else {
            Issue.record("a request was accepted as a response")
            return
        }
        #expect(error.field == "frame direction")
    }

    @Test(arguments: [1, 2, 5, 66, 127] as [UInt8])
    func otherVersionsAreNamedFromTheirFirstByte(_ version: UInt8) {
        var decoder = FrameDecoder(expecting: .request)
        decoder.append([version])
        #expect(decoder.next() == .unsupportedVersion(ProtocolVersion(rawValue: version)))
    }
}
