package import CQLWire
import WireKit

extension CQLCapture {
    /// Why an envelope is not a message of this codec.
    package enum Exemption {
        case otherVersion
        case malformedOnPurpose
    }

    /// Why an envelope is not a message of this codec, in the words of its capture; `nil` when it is one.
    package func exemption(_ envelope: Envelope) -> Exemption? {
        if !ProtocolVersion.supported.contains(ProtocolVersion(rawValue: envelope.version)) { return .otherVersion }
        if envelope.isMalformed { return .malformedOnPurpose }
        return nil
    }

    /// What the client's STARTUP chose.
    package var compression: FrameCompression? {
        let startup = envelopes.first {
            $0.isRequest && $0.opcode == Opcode.Request.startup.rawValue && !$0.isMalformed
        }
        guard let startup, let frame = try? RequestFrame.decode(frame(startup)),
            case .startup(let message) = frame.request
        else { return nil }
        return message.options[FrameCompression.optionKey].flatMap(FrameCompression.init(optionValue:))
    }

    /// An envelope as a frame; its body is not looked at.
    package func frame(_ envelope: Envelope) throws -> Frame {
        var reader = ByteReader(bytes(of: envelope))
        let header = try FrameHeader.decode(from: &reader)
        return Frame(header: header, body: reader.rest)
    }
}
