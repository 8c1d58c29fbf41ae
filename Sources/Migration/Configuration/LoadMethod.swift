/// What is asked of PostgreSQL besides reading its rows.
///
/// The rows that exist always travel through this process, COPY on one side and prepared statements on the other: what the
/// extension writes has no timestamp of the snapshot, and would overwrite changes made meanwhile.
package enum LoadMethod: String, Hashable, Sendable, CaseIterable {
    /// Later changes are followed: by triggers, through foreign tables of the extension scylla_fdw.
    case fdw
    /// Nothing is installed and nothing locked; later changes are not followed.
    case direct

    /// Reads a method in any case.
    ///
    /// - Throws: `InvalidOption` for any other word.
    package init(option value: String) throws(InvalidOption) {
        guard let method = Self(rawValue: value.lowercased()) else {
            throw InvalidOption("--load-method", "cannot be \"\(value)\": choose fdw or direct")
        }
        self = method
    }
}
