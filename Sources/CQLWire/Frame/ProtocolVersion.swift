/// The version of the native protocol that a frame is written in.
///
/// A raw number, not a closed set: a server answers versions that it does not speak with the ones that it does.
package struct ProtocolVersion: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    /// Keeps the seven bits that hold a version; the eighth is the frame's direction.
    package init(rawValue: UInt8) {
        self.rawValue = rawValue & 0x7F
    }

    package static let v3 = ProtocolVersion(rawValue: 3)
    package static let v4 = ProtocolVersion(rawValue: 4)

    /// The versions that this codec reads and writes.
    package static let supported: ClosedRange<ProtocolVersion> = .v3 ... .v4
}

extension ProtocolVersion: Comparable {
    package static func < (lhs: ProtocolVersion, rhs: ProtocolVersion) -> Bool { lhs.rawValue < rhs.rawValue }
}

extension ProtocolVersion: CustomStringConvertible {
    package var description: String { "v\(rawValue)" }
}
