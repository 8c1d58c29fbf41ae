import ArgumentParser
import Migration

/// How connections to ScyllaDB are encrypted.
struct ScyllaEncryptionOptions: ParsableArguments {
    @Flag(name: .customLong("scylla-tls"), help: "Encrypt; the options below imply it.")
    var usesTLS = false

    @Option(
        name: .customLong("scylla-ca"),
        help: ArgumentHelp(
            "PEM certificates that must have signed the nodes', or system (default: system).",
            valueName: "file"
        )
    )
    var certificateAuthority: String?

    @Option(
        name: .customLong("scylla-cert"),
        help: ArgumentHelp("Our certificate, for nodes that ask for one (PEM).", valueName: "file")
    )
    var certificate: String?

    @Option(
        name: .customLong("scylla-key"),
        help: ArgumentHelp(
            "Its private key (PEM), that others must not be able to read; SCYLLA_KEY_PASSWORD opens it if need be.",
            valueName: "file"
        )
    )
    var key: String?

    @Option(
        name: .customLong("scylla-tls-verify"),
        help: ArgumentHelp(
            "host: nodes' certificates are trusted and name the host; ca: they are trusted; none: any will do "
                + "(default: host, or ca with a file of certificates).",
            valueName: "what"
        )
    )
    var verification: String?

    /// What was said.
    var settings: [ScyllaSetting: String] {
        var settings: [ScyllaSetting: String] = [:]
        if usesTLS { settings[.tls] = "true" }
        settings[.certificateAuthority] = certificateAuthority
        settings[.certificate] = certificate
        settings[.key] = key
        settings[.verification] = verification
        return settings
    }
}
