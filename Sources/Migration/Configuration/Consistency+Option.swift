package import CQLWire

extension Consistency {
    /// The levels that a write and a read may both use, under the names that CQL tools know.
    private static let names: [(String, Consistency)] = [
        ("ONE", .one), ("TWO", .two), ("THREE", .three), ("QUORUM", .quorum), ("ALL", .all),
        ("LOCAL_QUORUM", .localQuorum), ("LOCAL_ONE", .localOne),
    ]

    /// Reads a level in any case, with `-` or `_`.
    ///
    /// - Throws: `InvalidOption` with the list of levels.
    package init(option value: String) throws(InvalidOption) {
        let name = String(value.uppercased().map { $0 == "-" ? "_" : $0 })
        guard let level = Self.names.first(where: { $0.0 == name }) else {
            let names = Self.names.map(\.0).joined(separator: ", ")
            throw InvalidOption("--consistency", "cannot be \"\(value)\": choose one of \(names)")
        }
        self = level.1
    }
}
