import CQLWire
import Foundation
import PosixIO
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
        let compression = capture.compression
        for envelope in capture.envelopes where capture.exemption(envelope) == nil {
            let frame = try capture.frame(envelope)
            var writer = ByteWriter()
            if envelope.isRequest {
                try RequestFrame.decode(frame, compression: compression).encode(into: &writer)
            } else {
                try ResponseFrame.decode(frame, compression: compression).encode(into: &writer)
            }
            // Compressors differ, what they compress does not.
            var expected = ByteWriter()
            try frame.decompressed(with: compression).encode(into: &expected)
            #expect(writer.bytes == expected.bytes, "\(capture) at \(envelope.offset)")
            if let length = envelope.uncompressedLength {
                let body = writer.bytes.dropFirst(FrameHeader.byteCount)
                #expect(body.count == length)
                #expect(Crypto.sha256(Array(body)).hexadecimal == envelope.uncompressedSHA256)
            } else {
                #expect(writer.bytes[...] == capture.bytes(of: envelope))
            }
        }
    }

    /// What our compressors make of every body of every capture is read back, compressed by the client or not.
    @Test(arguments: try CQLCapture.allAndExtra())
    func envelopesReturnThroughOurCompression(_ capture: CQLCapture) throws {
        for envelope in capture.envelopes where capture.exemption(envelope) == nil {
            let frame = try capture.frame(envelope).decompressed(with: capture.compression)
            for compression in FrameCompression.allCases {
                let compressed = frame.compressed(with: compression)
                #expect(compressed.body.count <= frame.body.count)
                #expect(try compressed.decompressed(with: compression) == frame)
            }
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
        let captures = try CQLCapture.all()
        let exemptions = captures.flatMap { capture in capture.envelopes.map { capture.exemption($0) } }
        #expect(exemptions.count >= 3500)
        #expect(exemptions.count { $0 == nil } >= 3400)
        #expect(exemptions.count { $0 == .malformedOnPurpose } == 8)
        #expect(captures.flatMap(\.envelopes).count { $0.uncompressedLength != nil } == 532)
    }
}
