package import PosixIO
package import WireKit

/// Which PostgreSQL schema to read, and how to reach it.
package struct SourceConfiguration: Hashable, Sendable {
    package let endpoint: Endpoint
    package let user: String
    package let password: Credential?
    package let database: String
    package let schema: String
    package let tlsMode: PostgresTLSMode
    /// A file of PEM certificates; nil trusts the system's.
    package let rootCertificatePath: String?

    /// Checks and gathers the `--postgres-*` options.
    ///
    /// - Parameters:
    ///   - host: a name, an address, or the directory of a unix-domain socket when it begins with `/`.
    ///   - port: the server's port, which is part of the socket's file name too.
    ///   - user: the role to log in as.
    ///   - password: nil when the server needs none.
    ///   - database: the database to connect to.
    ///   - schema: the schema whose tables are meant.
    ///   - tlsMode: one of libpq's words.
    ///   - rootCertificatePath: for `verify-full` only: the other modes check nothing.
    /// - Throws: `InvalidOption` naming the option at fault.
    package init(
        host: String,
        port: Int,
        user: String,
        password: Credential?,
        database: String,
        schema: String = "public",
        tlsMode: PostgresTLSMode = .prefer,
        rootCertificatePath: String? = nil
    ) throws(InvalidOption) {
        try InvalidOption.require("--postgres-host", notEmpty: host)
        try InvalidOption.require("--postgres-user", notEmpty: user)
        try InvalidOption.require("--postgres-db", notEmpty: database)
        try InvalidOption.require("--postgres-source-schema", notEmpty: schema)
        let port = try InvalidOption.port("--postgres-port", port)
        let isSocket = host.hasPrefix("/")
        if isSocket, tlsMode == .require || tlsMode == .verifyFull {
            throw InvalidOption("--postgres-sslmode", "\(tlsMode.rawValue) cannot be had over a unix-domain socket")
        }
        if rootCertificatePath != nil, tlsMode != .verifyFull {
            throw InvalidOption("--postgres-sslrootcert", "is used with --postgres-sslmode verify-full only")
        }
        endpoint = isSocket ? .unix(path: "\(host)/.s.PGSQL.\(port)") : .tcp(host: host, port: port)
        self.user = user
        self.password = password
        self.database = database
        self.schema = schema
        self.tlsMode = isSocket ? .disable : tlsMode
        self.rootCertificatePath = rootCertificatePath
    }
}
