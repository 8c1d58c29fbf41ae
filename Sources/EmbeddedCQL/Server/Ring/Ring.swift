import CQLWire

/// The tokens of all members, evenly spread: each member's address and place determine them, so that nodes agree
/// without talking.
struct Ring: Equatable {
    private static let tokensPerMember = 16

    let members: [RingConfiguration.Member]
    let ownIndex: Int
    private let step: UInt64

    init(_ configuration: RingConfiguration) {
        members = configuration.members
        ownIndex = configuration.index
        step = .max / UInt64(members.count * Self.tokensPerMember)
    }

    /// The tokens of a member: it holds the ranges that end with them.
    func tokens(of member: Int) -> [Int64] {
        (0..<Self.tokensPerMember).map { token(at: $0 * members.count + member) }
    }

    private func token(at place: Int) -> Int64 {
        Int64(bitPattern: (UInt64(place) * step + step / 2) ^ 1 << 63)
    }

    /// The members that hold a partition, the owner of its range first.
    func replicas(of token: Token, replicationFactor: Int) -> [Int] {
        let unsigned = UInt64(bitPattern: token.rawValue) ^ 1 << 63
        // The first token at or above it; beyond the last one the ring begins anew.
        let place = unsigned <= step / 2 ? 0 : (unsigned - step / 2 - 1) / step + 1
        let owner = Int(place % UInt64(members.count * Self.tokensPerMember)) % members.count
        return (0..<min(max(1, replicationFactor), members.count)).map { (owner + $0) % members.count }
    }

    /// The id that a member has in `system.local` and `system.peers`.
    func hostID(of member: Int) -> CQLUUID {
        CQLUUID(stableHashOf: "member \(member) at \(members[member].host)").asVersion4
    }
}
