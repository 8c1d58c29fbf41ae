import CQLWire

/// What the node says about itself in `system.local`.
struct NodeIdentity: Sendable {
    let hostID: CQLUUID
    /// The literal address at which it listens.
    let address: String
}
