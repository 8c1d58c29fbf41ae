/// An image's name taken apart (Docker's reference grammar): `[registry/]repository[:tag][@digest]`.
package struct ImageReference: Hashable, Sendable {
    /// The registry's host and port; `docker.io` when none is named.
    package let registry: String
    /// The name without tag and digest, as it was given.
    package let name: String
    /// `latest` when there is neither a tag nor a digest.
    package let tag: String?
    package let digest: String?

    package static let hub = "docker.io"

    package init(_ reference: String) {
        let parts = reference.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        digest = parts.count == 2 ? String(parts[1]) : nil
        var name = parts.first ?? ""
        // A colon in front of a slash belongs to the registry's port.
        if let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") {
            tag = String(name[name.index(after: colon)...])
            name = name[..<colon]
        } else {
            tag = parts.count == 2 ? nil : "latest"
        }
        self.name = String(name)
        let first = name.split(separator: "/", maxSplits: 1).first ?? ""
        let isHost = name.contains("/") && (first.contains(".") || first.contains(":") || first == "localhost")
        registry = isHost ? String(first) : Self.hub
    }

    /// What a pull asks for: a digest counts more than a tag.
    var tagOrDigest: String { digest ?? tag ?? "latest" }
}
