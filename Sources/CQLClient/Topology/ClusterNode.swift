package import CQLWire
package import PosixIO

/// A node as `system.local` or `system.peers` describes it.
package struct ClusterNode: Hashable, Sendable {
    /// Where clients reach it; what a node is known by here.
    package var endpoint: Endpoint
    /// What tablets know it by.
    package var hostID: CQLUUID?
    package var datacentre: String
    package var rack: String
    /// The ends of the parts of the ring that are its own first.
    package var tokens: [Token]
    package var schemaVersion: CQLUUID?
    package var releaseVersion: String

    package init(
        endpoint: Endpoint,
        hostID: CQLUUID? = nil,
        datacentre: String = "",
        rack: String = "",
        tokens: [Token] = [],
        schemaVersion: CQLUUID? = nil,
        releaseVersion: String = ""
    ) {
        self.endpoint = endpoint
        self.hostID = hostID
        self.datacentre = datacentre
        self.rack = rack
        self.tokens = tokens
        self.schemaVersion = schemaVersion
        self.releaseVersion = releaseVersion
    }
}
