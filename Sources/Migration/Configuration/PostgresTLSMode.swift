/// How much of TLS a connection to PostgreSQL insists on, in libpq's words (documentation, "SSL Support").
package enum PostgresTLSMode: String, Hashable, Sendable, CaseIterable {
    case disable
    /// Encrypted if the server can.
    case prefer
    case require
    /// Encrypted, and the certificate must be trusted and name the host.
    case verifyFull = "verify-full"

    /// Reads a mode.
    ///
    /// - Throws: `InvalidOption` for any other word.
    package init(option value: String) throws(InvalidOption) {
        guard let mode = Self(rawValue: value.lowercased()) else {
            let modes = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw InvalidOption("--postgres-sslmode", "cannot be \"\(value)\": choose one of \(modes)")
        }
        self = mode
    }
}
