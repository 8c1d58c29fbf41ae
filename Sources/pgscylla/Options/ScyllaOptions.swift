import ArgumentParser
import CQLWire
import Migration

/// Which ScyllaDB cluster and keyspace.
struct ScyllaOptions: ParsableArguments {
    @Option(
        name: .customLong("scylla-host"),
        help: ArgumentHelp(
            "ScyllaDB's hosts, with commas between them or the option repeated (default: localhost).",
            valueName: "host"
        )
    )
    var hosts: [String] = []

    @Option(name: .customLong("scylla-port"), parsing: .unconditional, help: "The CQL port.")
    var port = 9042

    @Option(name: .customLong("scylla-ks"), help: ArgumentHelp("The keyspace.", valueName: "keyspace"))
    var keyspace = "migration"

    @Option(
        name: .customLong("scylla-user"),
        help: ArgumentHelp("ScyllaDB's user; only together with a password.", valueName: "user")
    )
    var user: String?

    @Option(name: .customLong("scylla-password"), help: ArgumentHelp("That user's password.", valueName: "password"))
    var password: String?

    @Option(
        name: .customLong("scylla-password-file"),
        help: ArgumentHelp("A file whose first line is the password; other users cannot see it.", valueName: "file")
    )
    var passwordFile: String?

    @Flag(name: .customLong("scylla-tls"), help: "Encrypt, and trust certificates that the system trusts.")
    var usesTLS = false

    @Option(
        name: .customLong("scylla-ca"),
        help: ArgumentHelp("Encrypt, and trust certificates signed by those in this PEM file.", valueName: "file")
    )
    var certificateAuthorityPath: String?

    @Option(name: .customLong("consistency"), help: "Consistency level of reads and writes.")
    var consistency = "LOCAL_QUORUM"

    /// The options, checked.
    func configuration(replicationFactor: Int? = nil) throws -> TargetConfiguration {
        try TargetConfiguration(
            hosts: hosts.isEmpty ? ["localhost"] : hosts,
            port: port,
            keyspace: keyspace,
            user: user,
            password: PasswordOption.read("--scylla-password", password, "--scylla-password-file", passwordFile),
            usesTLS: usesTLS,
            certificateAuthorityPath: certificateAuthorityPath,
            consistency: Consistency(option: consistency),
            replicationFactor: replicationFactor
        )
    }
}
