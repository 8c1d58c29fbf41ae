/// Files that connection settings may come from.
package protocol ConnectionFiles: Sendable {
    /// Reads a file; it may block.
    func file(_ path: String) -> ConnectionFile
    /// Whether there is a file or a directory, readable or not.
    func exists(_ path: String) -> Bool
}

/// What a look at a file has given.
package enum ConnectionFile: Equatable, Sendable {
    case absent
    case unreadable(reason: String)
    /// - Parameter isPrivate: whether it is a plain file that its owner alone may read.
    case contents([UInt8], isPrivate: Bool)
}

/// What the machine and the user's session add to a connection's settings.
package struct ConnectionSurroundings: Sendable {
    /// The environment.
    package var variables: [String: String]
    package var homeDirectory: String?
    package var files: any ConnectionFiles

    package init(variables: [String: String], homeDirectory: String?, files: any ConnectionFiles) {
        self.variables = variables
        self.homeDirectory = homeDirectory
        self.files = files
    }

    /// Where `pg_service.conf` is looked for when `PGSYSCONFDIR` does not say: libpq knows the one folder that it was
    /// built for, which are these for Debian's packages, those of yum.postgresql.org, and builds from source.
    static let systemConfigurationDirectories = [
        "/etc/postgresql-common", "/etc/sysconfig/pgsql", "/usr/local/pgsql/etc",
    ]

    /// The default path of a file in the user's home directory.
    func homeFile(_ name: String) -> String? { homeDirectory.map { "\($0)/\(name)" } }
}
