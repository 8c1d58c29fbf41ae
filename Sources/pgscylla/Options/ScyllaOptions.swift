import ArgumentParser
import Migration
import PosixIO

/// Which ScyllaDB cluster and keyspace.
struct ScyllaOptions: ParsableArguments {
    @Option(
        name: .customLong("scylla-url"),
        help: ArgumentHelp(
            "scylla://user@host:port,host/keyspace?name=value, where cql:// is the same.",
            discussion: """
                A parameter is named as the option is, without --scylla-. What neither an option nor the URL says is \
                taken from the environment (SCYLLA_URL, SCYLLA_HOST, SCYLLA_PORT, SCYLLA_KEYSPACE, SCYLLA_USER, \
                SCYLLA_PASSWORD, SCYLLA_PASSWORD_FILE, SCYLLA_TLS, SCYLLA_CA, SCYLLA_CERT, SCYLLA_KEY, \
                SCYLLA_KEY_PASSWORD, ...), then from the defaults named here.
                """,
            valueName: "url"
        )
    )
    var url: String?

    @Option(
        name: .customLong("scylla-host"),
        help: ArgumentHelp(
            "ScyllaDB's hosts, each with a port of its own if need be; commas between them or the option repeated "
                + "(default: localhost).",
            valueName: "host"
        )
    )
    var hosts: [String] = []

    @Option(
        name: .customLong("scylla-port"),
        parsing: .unconditional,
        help: ArgumentHelp("The CQL port of hosts that name none (default: 9042).", valueName: "port")
    )
    var port: String?

    @Option(
        name: .customLong("scylla-ks"),
        help: ArgumentHelp("The keyspace (default: migration).", valueName: "keyspace")
    )
    var keyspace: String?

    @Option(
        name: .customLong("scylla-user"),
        help: ArgumentHelp("ScyllaDB's user; only together with a password.", valueName: "user")
    )
    var user: String?

    @Option(
        name: .customLong("scylla-password"),
        parsing: .unconditional,
        help: ArgumentHelp(
            "That user's password, which other users of this machine can see.",
            valueName: "password"
        )
    )
    var password: String?

    @Option(
        name: .customLong("scylla-password-file"),
        help: ArgumentHelp("A file whose first line is the password; other users cannot see it.", valueName: "file")
    )
    var passwordFile: String?

    @OptionGroup var encryption: ScyllaEncryptionOptions
    @OptionGroup var session: ScyllaSessionOptions

    /// The options, checked, with everything that complements them.
    ///
    /// - Throws: `InvalidOption`.
    func configuration(replicationFactor: Int? = nil) throws -> TargetConfiguration {
        let settings = try ScyllaSettings(options: options, url: url, variable: ProcessEnvironment.variable)
        for warning in settings.warnings { StandardStream.error.print("pgscylla: warning: \(warning)") }
        return try TargetConfiguration(settings, replicationFactor: replicationFactor)
    }

    private var options: [ScyllaSetting: String] {
        var options = encryption.settings.merging(session.settings) { first, _ in first }
        options[.host] = hosts.isEmpty ? nil : hosts.joined(separator: ",")
        options[.port] = port
        options[.keyspace] = keyspace
        options[.user] = user
        options[.password] = password
        options[.passwordFile] = passwordFile
        return options
    }
}
