/// A version of the Engine API, such as 1.41.
package struct APIVersion: Hashable, Sendable, Comparable {
    package let major: Int
    package let minor: Int

    package init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// Reads `1.41`; nil for anything else.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } }),
            let major = Int(parts[0]), let minor = Int(parts[1])
        else { return nil }
        self.init(major, minor)
    }

    package static func < (one: APIVersion, other: APIVersion) -> Bool {
        (one.major, one.minor) < (other.major, other.minor)
    }

    /// The oldest that we speak: Engine 1.12.
    package static let oldest = APIVersion(1, 24)
    /// The newest whose description we have read.
    package static let newest = APIVersion(1, 52)

    /// The version to speak with an Engine.
    ///
    /// - Parameters:
    ///   - offered: the newest that the Engine speaks; nil when it does not say, as those before 1.25 do.
    ///   - minimum: the oldest that it still speaks, where known. An Engine that has dropped all versions we have read of
    ///     is spoken to in its oldest: what we use of the API has not changed its meaning since 1.24.
    /// - Returns: the version; nil when the Engine is too old.
    package static func negotiated(offered: APIVersion?, minimum: APIVersion?) -> APIVersion? {
        let offered = offered ?? oldest
        guard offered >= oldest else { return nil }
        let chosen = min(offered, newest)
        return minimum.map { max(chosen, $0) } ?? chosen
    }
}

extension APIVersion: CustomStringConvertible {
    package var description: String { "\(major).\(minor)" }
}
