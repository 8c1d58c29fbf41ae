/// How the rows that exist already reach the target.
package enum LoadMethod: String, Hashable, Sendable, CaseIterable {
    /// Through foreign tables of the scylla_fdw extension.
    case fdw
    /// Through this process: COPY on one side, prepared statements on the other.
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
