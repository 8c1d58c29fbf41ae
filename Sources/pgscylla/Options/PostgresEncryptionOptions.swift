import ArgumentParser
import PostgresClient

/// How sessions with PostgreSQL are encrypted, in libpq's words.
struct PostgresEncryptionOptions: ParsableArguments {
    @Option(
        name: .customLong("postgres-sslmode"),
        help: ArgumentHelp(
            "disable, allow, prefer, require, verify-ca or verify-full (default: prefer).",
            valueName: "mode"
        )
    )
    var mode: String?

    @Option(
        name: .customLong("postgres-sslrootcert"),
        help: ArgumentHelp(
            "PEM certificates that are trusted to sign the server's, or system (default: ~/.postgresql/root.crt).",
            valueName: "file"
        )
    )
    var roots: String?

    @Option(
        name: .customLong("postgres-sslcert"),
        help: ArgumentHelp("Our own certificate (default: ~/.postgresql/postgresql.crt).", valueName: "file")
    )
    var certificate: String?

    @Option(
        name: .customLong("postgres-sslkey"),
        help: ArgumentHelp("Its private key (default: ~/.postgresql/postgresql.key).", valueName: "file")
    )
    var key: String?

    @Option(
        name: .customLong("postgres-sslcrl"),
        help: ArgumentHelp(
            "Certificates that are trusted no more (default: ~/.postgresql/root.crl).",
            valueName: "file"
        )
    )
    var revocationList: String?

    @Option(
        name: .customLong("postgres-sslcrldir"),
        help: ArgumentHelp("The same as a directory.", valueName: "directory")
    )
    var revocationListDirectory: String?

    @Option(
        name: .customLong("postgres-sslnegotiation"),
        help: ArgumentHelp("postgres, or direct for PostgreSQL 17 and later (default: postgres).", valueName: "way")
    )
    var negotiation: String?

    @Option(
        name: .customLong("postgres-ssl-min-protocol-version"),
        help: ArgumentHelp("The oldest version of TLS to accept (default: TLSv1.2).", valueName: "version")
    )
    var minimumVersion: String?

    @Option(
        name: .customLong("postgres-ssl-max-protocol-version"),
        help: ArgumentHelp("The newest version of TLS to accept (default: the newest there is).", valueName: "version")
    )
    var maximumVersion: String?

    /// The settings that were given.
    var settings: [ConnectionKeyword: ConnectionSettings.Setting] {
        var settings: [ConnectionKeyword: ConnectionSettings.Setting] = [:]
        settings[.sslmode] = mode.map { .init($0.lowercased(), origin: "--postgres-sslmode") }
        settings[.sslrootcert] = roots.map { .init($0, origin: "--postgres-sslrootcert") }
        settings[.sslcert] = certificate.map { .init($0, origin: "--postgres-sslcert") }
        settings[.sslkey] = key.map { .init($0, origin: "--postgres-sslkey") }
        settings[.sslcrl] = revocationList.map { .init($0, origin: "--postgres-sslcrl") }
        settings[.sslcrldir] = revocationListDirectory.map { .init($0, origin: "--postgres-sslcrldir") }
        settings[.sslnegotiation] = negotiation.map { .init($0, origin: "--postgres-sslnegotiation") }
        settings[.sslMinProtocolVersion] = minimumVersion.map {
            .init($0, origin: "--postgres-ssl-min-protocol-version")
        }
        settings[.sslMaxProtocolVersion] = maximumVersion.map {
            .init($0, origin: "--postgres-ssl-max-protocol-version")
        }
        return settings
    }
}
