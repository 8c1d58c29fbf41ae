/// Why a NegotiateProtocolVersion leads nowhere.
package enum ProtocolNegotiationError: Error, Hashable, Sendable {
    /// The server speaks only versions older than the oldest allowed.
    case tooOld(ProtocolVersion, minimum: ProtocolVersion)
    /// The version is newer than the one asked for, or does not exist.
    case invalidVersion(ProtocolVersion)
    /// The server complains of options that were not asked for.
    case unknownOptions([String])
    /// It says what was asked for already.
    case nothingChanged
    /// It came twice.
    case repeated
}

extension NegotiateProtocolVersion {
    /// The version that both sides speak from now on.
    ///
    /// Servers up to 17 are documented to send the minor version alone, and send the whole; both are understood. No
    /// `_pq_.` option is ever asked for.
    ///
    /// - Parameter wanted: the versions allowed, of which the greatest was asked for.
    /// - Returns: the server's version.
    /// - Throws: `ProtocolNegotiationError` when it is not one to settle on.
    func settledVersion(
        wanted: ClosedRange<ProtocolVersion>
    ) throws(ProtocolNegotiationError) -> ProtocolVersion {
        let asked = wanted.upperBound
        let isMinorAlone = newestVersion.major == 0
        let version =
            isMinorAlone
            ? ProtocolVersion(rawValue: UInt32(asked.major) << 16 | newestVersion.rawValue) : newestVersion
        if !unrecognizedOptions.isEmpty { throw .unknownOptions(unrecognizedOptions) }
        if version == asked { throw .nothingChanged }
        // 3.1 was never released.
        guard version < asked, version.major == asked.major, version != ProtocolVersion(rawValue: 0x0003_0001) else {
            throw .invalidVersion(version)
        }
        guard version >= wanted.lowerBound else { throw .tooOld(version, minimum: wanted.lowerBound) }
        return version
    }
}

extension ProtocolNegotiationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooOld(let version, let minimum):
            "the server speaks protocol \(version), which is older than \(minimum), the oldest allowed"
        case .invalidVersion(let version): "the server wants to speak protocol \(version), which was not asked for"
        case .unknownOptions(let options):
            "the server does not know the options \(options.joined(separator: ", ")), which were not asked for"
        case .nothingChanged: "the server negotiates the protocol's version and changes nothing"
        case .repeated: "the server negotiates the protocol's version twice"
        }
    }
}
