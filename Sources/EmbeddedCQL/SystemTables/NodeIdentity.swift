import CQLWire

/// What a node says about itself in `system.local`, and other nodes in `system.peers`.
struct NodeIdentity: Sendable {
    let hostID: CQLUUID
    /// The literal address at which it listens.
    let address: String
    /// Where the ranges end that it owns.
    var tokens: [Int64] = [0]
}
