/// What a frame's flag byte announces (native protocol v4, section 2.2).
package struct FrameFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The body is compressed with the algorithm that STARTUP chose.
    package static let compression = FrameFlags(rawValue: 0x01)
    /// A request asks to be traced; a response's body starts with the tracing id.
    package static let tracing = FrameFlags(rawValue: 0x02)
    /// The body carries a `[bytes map]` for query handlers (v4).
    package static let customPayload = FrameFlags(rawValue: 0x04)
    /// The response carries a `[string list]` of warnings (v4).
    package static let warning = FrameFlags(rawValue: 0x08)
    /// The version is one that its server calls a beta (v5).
    package static let useBeta = FrameFlags(rawValue: 0x10)
}
