import CQLWire
import Foundation
import TestSupport
import Testing
import WireKit

/// Every envelope that real clients and a real server exchanged decodes, and encodes to the same bytes.
@Suite struct CaptureGoldenTests {
    static let captures = (try? CQLCapture.all()) ?? []

    /// Why an envelope of the captures is not a message of this codec, in the words of its capture.
    enum Exemption {
        case compressed
        case otherVersion
        case malformedOnPurpose
    }

    static func exemption(_ capture: CQLCapture, _ envelope: CQLCapture.Envelope) -> Exemption? {
        if !ProtocolVersion.supported.contains(ProtocolVersion(rawValue: envelope.version)) { return .otherVersion }
        // Its request asks for the consistency 0x0099.
        let isBadConsistency = capture.name == "31-bad-consistency" && envelope.stream == 2 && envelope.isRequest
        if envelope.isMalformed || isBadConsistency { return .malformedOnPurpose }
        if envelope.flags & FrameFlags.compression.rawValue != 0 { return .compressed }
        return nil
    }

    static func frame(_ capture: CQLCapture, _ envelope: CQLCapture.Envelope) throws -> Frame {
        var reader = ByteReader(capture.bytes(of: envelope))
        let header = try FrameHeader.decode(from: &reader)
        return Frame(header: header, body: reader.rest)
    }

    @Test(arguments: captures)
    func headersSayWhatTheCaptureSays(_ capture: CQLCapture) throws {
        for envelope in capture.envelopes where envelope.headerLength == FrameHeader.byteCount {
            let header = try Self.frame(capture, envelope).header
            #expect(header.version.rawValue == envelope.version & 0x7F)
            #expect(header.direction.rawValue == envelope.version & 0x80)
            #expect(header.flags.rawValue == envelope.flags)
            #expect(Int(header.stream.rawValue) == envelope.stream)
            #expect(header.opcode == envelope.opcode)
            #expect(header.bodyLength == envelope.bodyLength)
        }
    }

    @Test(arguments: captures)
    func envelopesReencodeIdentically(_ capture: CQLCapture) throws {
        for envelope in capture.envelopes where Self.exemption(capture, envelope) == nil {
            let frame = try Self.frame(capture, envelope)
            var writer = ByteWriter()
            if envelope.isRequest {
                try RequestFrame.decode(frame).encode(into: &writer)
            } else {
                try ResponseFrame.decode(frame).encode(into: &writer)
            }
            #expect(writer.bytes[...] == capture.bytes(of: envelope), "\(capture) at \(envelope.offset)")
        }
    }

    @Test func manyEnvelopesAreCovered() {
        let exemptions = Self.captures.flatMap { capture in
            capture.envelopes.map { Self.exemption(capture, $0) }
        }
        #expect(exemptions.count >= 3500)
        #expect(exemptions.count { $0 == nil } >= 2900)
        #expect(exemptions.count { $0 == .malformedOnPurpose } <= 20)
    }

    @Test func malformedRequestsAreRefused() throws {
        var refused = 0
        for capture in Self.captures {
            for envelope in capture.envelopes where Self.exemption(capture, envelope) == .malformedOnPurpose {
                let frame = try Self.frame(capture, envelope)
                #expect(throws: WireError.self, "\(capture) at \(envelope.offset)") { try RequestFrame.decode(frame) }
                refused += 1
            }
        }
        #expect(refused == 7)
    }

    @Test func compressedBodiesAreRefusedByName() throws {
        let capture = try CQLCapture.named("72-cassandra-driver-lz4.c0")
        let envelope = try #require(
            capture.envelopes.first { Self.exemption(capture, $0) == .compressed && !$0.isRequest }
        )
        let frame = try Self.frame(capture, envelope)
        #expect {
            try ResponseFrame.decode(frame)
        } throws: { error in
            "\(error)".contains("compressed frames are not supported")
        }
    }
}
