import CQLClient
package import CQLWire
package import PosixIO
package import WireKit

/// Which keyspace to write, and how to reach its cluster.
package struct TargetConfiguration: Equatable, Sendable {
    /// A role of the cluster.
    package struct Login: Hashable, Sendable {
        package let user: String
        package let password: Credential

        package init(user: String, password: Credential) {
            self.user = user
            self.password = password
        }
    }

    /// Tried in order.
    package let endpoints: [Endpoint]
    package let keyspace: String
    package let login: Login?
    /// Nil connects in the clear.
    package let tls: TLSClientConfiguration?
    package let consistency: Consistency
    /// Nil takes as many as there are nodes in the local datacentre, at most three.
    package let replicationFactor: Int?
    /// After so many failed attempts a request, or the making of a connection, is given up.
    package let attemptLimit: Int

    /// Checks and gathers the `--scylla-*` options.
    ///
    /// - Parameters:
    ///   - hosts: arguments of `--scylla-host`, each one host or several with commas between them.
    ///   - port: the native protocol's port, the same on every host.
    ///   - keyspace: the keyspace to write.
    ///   - user: only together with `password`.
    ///   - password: only together with `user`.
    ///   - usesTLS: encrypts, and trusts the system's certificates unless `certificateAuthorityPath` is given.
    ///   - certificateAuthorityPath: a PEM file that the nodes' certificates must be signed by. Their names are not
    ///     compared then: nodes are reached by addresses that private certificates seldom name.
    ///   - consistency: of reads and writes.
    ///   - replicationFactor: of a keyspace that does not exist yet.
    ///   - attemptLimit: failed attempts after which a request is given up.
    /// - Throws: `InvalidOption` naming the option at fault.
    package init(
        hosts: [String],
        port: Int,
        keyspace: String,
        user: String? = nil,
        password: Credential? = nil,
        usesTLS: Bool = false,
        certificateAuthorityPath: String? = nil,
        consistency: Consistency = .localQuorum,
        replicationFactor: Int? = nil,
        attemptLimit: Int = RetryDirective.attemptLimit
    ) throws(InvalidOption) {
        let port = try InvalidOption.port("--scylla-port", port)
        try InvalidOption.require("--scylla-ks", notEmpty: keyspace)
        try InvalidOption.require("--replication-factor", replicationFactor, atLeast: 1)
        endpoints = hosts.flatMap { $0.split(separator: ",") }.map { Self.withoutBlanks($0) }
            .filter { !$0.isEmpty }.map { .tcp(host: $0, port: port) }
        if endpoints.isEmpty { throw InvalidOption("--scylla-host", "must name at least one host") }
        self.keyspace = keyspace
        login = try Self.login(user, password)
        tls =
            certificateAuthorityPath.map { TLSClientConfiguration(verification: .chain(.file(path: $0))) }
            ?? (usesTLS ? TLSClientConfiguration(verification: .full(.system)) : nil)
        self.consistency = consistency
        self.replicationFactor = replicationFactor
        self.attemptLimit = attemptLimit
    }

    private static func login(_ user: String?, _ password: Credential?) throws(InvalidOption) -> Login? {
        switch (user, password) {
        case (nil, nil):
            return nil
        case (let user?, let password?):
            return Login(user: user, password: password)
        case (_?, nil):
            throw InvalidOption("--scylla-user", "needs --scylla-password or --scylla-password-file")
        case (nil, _?):
            throw InvalidOption("--scylla-password", "needs --scylla-user")
        }
    }

    private static func withoutBlanks(_ host: Substring) -> String {
        String(host.filter { !$0.isWhitespace })
    }
}
