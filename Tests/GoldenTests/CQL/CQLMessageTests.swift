import CQLWire
import Foundation
import TestSupport
import Testing
import WireKit

/// Every envelope that real clients and a real server exchanged decodes, and encodes to the same bytes.
@Suite struct CQLMessageTests {
    @Test(arguments: try CQLCapture.allAndExtra())
    func headersSayWhatTheCaptureSays(_ capture: CQLCapture) throws {
        for envelope in capture.envelopes where envelope.headerLength == FrameHeader.byteCount {
            let header = try capture.frame(envelope).header
            #expect(header.version.rawValue == envelope.version & 0x7F)
            #expect(header.direction.rawValue == envelope.version & 0x80)
            #expect(header.flags.rawValue == envelope.flags)
            #expect(Int(header.stream.rawValue) == envelope.stream)
            #expect(header.opcode == envelope.opcode)
            #expect(header.bodyLength == envelope.bodyLength)
        }
    }

    @Test(arguments: try CQLCapture.allAndExtra())
    func envelopesReencodeIdentically(_ capture: CQLCapture) throws {
        for envelope in capture.envelopes where capture.exemption(envelope) == nil {
            let frame = try capture.frame(envelope)
            var writer = ByteWriter()
            if envelope.isRequest {
                try RequestFrame.decode(frame).encode(into: &writer)
            } else {
                try ResponseFrame.decode(frame).encode(into: &writer)
            }
            #expect(writer.bytes[...] == capture.bytes(of: envelope), "\(capture) at \(envelope.offset)")
        }
    }

    @Test(arguments: try CQLCapture.allAndExtra())
    func malformedEnvelopesEndInANamedError(_ capture: CQLCapture) throws {
        for envelope in capture.envelopes where capture.exemption(envelope) == .malformedOnPurpose {
            let frame = try capture.frame(envelope)
            #expect(throws: WireError.self, "\(capture) at \(envelope.offset)") { try RequestFrame.decode(frame) }
        }
    }

    @Test func manyEnvelopesAreCovered() throws {
        let exemptions = try CQLCapture.all().flatMap { capture in
            capture.envelopes.map { capture.exemption($0) }
        }
        #expect(exemptions.count >= 3500)
        #expect(exemptions.count { $0 == nil } >= 2900)
        #expect(exemptions.count { $0 == .malformedOnPurpose } == 7)
    }

    @Test func compressedBodiesAreRefusedByName() throws {
        let capture = try CQLCapture.named("72-cassandra-driver-lz4.c0")
        let envelope = try #require(
            capture.envelopes.first { capture.exemption($0) == .compressed && !$0.isRequest }
        )
        let frame = try capture.frame(envelope)
        #expect {
            try ResponseFrame.decode(frame)
        } throws: { error in
            "\(error)".contains("compressed frames are not supported")
        }
    }
}
