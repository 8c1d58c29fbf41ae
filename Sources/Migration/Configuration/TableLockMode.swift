/// A table-level lock (PostgreSQL documentation, "Explicit Locking").
package enum TableLockMode: String, Hashable, Sendable, CaseIterable {
    case accessShare = "ACCESS SHARE"
    case rowShare = "ROW SHARE"
    case rowExclusive = "ROW EXCLUSIVE"
    case shareUpdateExclusive = "SHARE UPDATE EXCLUSIVE"
    case share = "SHARE"
    case shareRowExclusive = "SHARE ROW EXCLUSIVE"
    case exclusive = "EXCLUSIVE"
    case accessExclusive = "ACCESS EXCLUSIVE"

    /// Reads a mode in any case, with any blanks between its words.
    ///
    /// - Throws: `InvalidOption` with the list of modes.
    package init(option value: String) throws(InvalidOption) {
        let name = value.uppercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard let mode = Self(rawValue: name) else {
            let modes = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw InvalidOption("--postgres-lock-mode", "cannot be \"\(value)\": choose one of \(modes)")
        }
        self = mode
    }
}
