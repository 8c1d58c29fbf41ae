/// A version of the frontend/backend protocol: major in the upper 16 bits, minor in the lower.
package struct ProtocolVersion: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Understood by every server since PostgreSQL 7.4.
    package static let v3_0 = Self(rawValue: 0x0003_0000)
    /// PostgreSQL 18: longer cancel keys.
    package static let v3_2 = Self(rawValue: 0x0003_0002)

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    package var major: UInt16 { UInt16(rawValue >> 16) }
    package var minor: UInt16 { UInt16(rawValue & 0xFFFF) }
}

extension ProtocolVersion: CustomStringConvertible {
    package var description: String { "\(major).\(minor)" }
}
