package import WireKit

/// A message that the server may not send at this point, or that cannot be decoded.
package enum ProtocolViolation: Error, Equatable, Sendable {
    /// A well-formed message in the wrong place.
    case unexpected(BackendMessage.ID, phase: String)
    /// A defect of the bytes.
    case malformed(WireError, phase: String)
}

extension ProtocolViolation: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unexpected(let id, let phase): "the server sent an unexpected \(id) during \(phase)"
        case .malformed(let error, let phase): "the server sent a malformed message during \(phase): \(error)"
        }
    }
}
