package import CQLWire

extension Consistency {
    /// The levels that a write and a read may both use, under the names that CQL tools know.
    package static let levels: [(String, Consistency)] = [
        ("ONE", .one), ("TWO", .two), ("THREE", .three), ("QUORUM", .quorum), ("ALL", .all),
        ("LOCAL_QUORUM", .localQuorum), ("LOCAL_ONE", .localOne),
    ]

    /// The levels of conditional statements.
    package static let serialLevels: [(String, Consistency)] = [("SERIAL", .serial), ("LOCAL_SERIAL", .localSerial)]
}
