import PosixIO
package import SchemaTranslation

/// How changes are followed after the copy: by triggers, each of which writes through a foreign table of scylla_fdw.
package struct FollowingConfiguration: Equatable, Sendable {
    /// The schema of the foreign tables in PostgreSQL, made if it is missing.
    package let foreignSchema: String
    /// The target as PostgreSQL sees it.
    package let server: ForeignServer
    /// How a table is locked while its triggers are created.
    package let lockMode: TableLockMode

    /// Gathers the options.
    ///
    /// - Parameters:
    ///   - target: the target as this process sees it; the extension speaks TLS when this process does.
    ///   - foreignSchema: the schema of the foreign tables.
    ///   - host: the target's host as PostgreSQL sees it.
    ///   - port: the target's port as PostgreSQL sees it; nil is the one that this process uses.
    ///   - lockMode: one that is too weak for CREATE TRIGGER becomes the one it takes.
    /// - Throws: `InvalidOption` naming the option at fault.
    package init(
        of target: TargetConfiguration,
        foreignSchema: String,
        host: String,
        port: Int?,
        lockMode: TableLockMode
    ) throws(InvalidOption) {
        try InvalidOption.require("--postgres-fdw-schema", notEmpty: foreignSchema)
        try InvalidOption.require("--scylla-fdw-host", notEmpty: host)
        self.foreignSchema = foreignSchema
        self.lockMode = lockMode.isAtLeastShareRowExclusive ? lockMode : .shareRowExclusive
        var foreignPort: UInt16 = 9042
        if let port {
            foreignPort = try InvalidOption.port("--scylla-fdw-port", port)
        } else if case .tcp(_, let port)? = target.endpoints.first {
            foreignPort = port
        }
        server = ForeignServer(
            host: host,
            port: foreignPort,
            certificateAuthority: try target.tls.flatMap { tls throws(InvalidOption) in
                try Self.certificateAuthority(tls)
            }
        )
    }

    /// The certificates themselves: the extension wants them, and PostgreSQL's host need not have the file.
    private static func certificateAuthority(_ tls: TLSClientConfiguration) throws(InvalidOption) -> String? {
        guard tls.identity == nil else {
            throw InvalidOption(
                "--scylla-cert",
                "cannot be used by scylla_fdw: every user of PostgreSQL could read its key; use --load-method direct"
            )
        }
        switch tls.verification {
        case .full(.file(let path)), .chain(.file(let path)):
            do throws(SyscallError) {
                return String(decoding: try SmallFile.contents(of: path, limit: 1 << 20), as: UTF8.self)
            } catch {
                throw InvalidOption("--scylla-ca", "\(path) cannot be read: \(error.reason)")
            }
        case .none, .full(.system), .chain(.system):
            throw InvalidOption(
                "--scylla-ca",
                "is needed for TLS by scylla_fdw, which knows no certificates but those it is given"
            )
        }
    }
}

extension TableLockMode {
    /// Whether writers wait for it, and it for them.
    var isAtLeastShareRowExclusive: Bool {
        switch self {
        case .shareRowExclusive, .exclusive, .accessExclusive: true
        case .accessShare, .rowShare, .rowExclusive, .shareUpdateExclusive, .share: false
        }
    }
}
