import ArgumentParser
import Migration
import WireKit

/// Which PostgreSQL server, database and schema.
struct PostgresOptions: ParsableArguments {
    @Option(
        name: .customLong("postgres-host"),
        help: "PostgreSQL's host, or the directory of its unix-domain socket (beginning with /)."
    )
    var host = "localhost"

    @Option(name: .customLong("postgres-port"), parsing: .unconditional, help: "PostgreSQL's port.")
    var port = 5432

    @Option(name: .customLong("postgres-user"), help: "PostgreSQL's user.")
    var user = "postgres"

    @Option(
        name: .customLong("postgres-password"),
        help: ArgumentHelp("That user's password (default: postgres).", valueName: "password")
    )
    var password: String?

    @Option(
        name: .customLong("postgres-password-file"),
        help: ArgumentHelp("A file whose first line is the password; other users cannot see it.", valueName: "file")
    )
    var passwordFile: String?

    @Option(name: .customLong("postgres-db"), help: "The database.")
    var database = "postgres"

    @Option(name: .customLong("postgres-source-schema"), help: "The schema to migrate.")
    var schema = "public"

    @Option(
        name: .customLong("postgres-sslmode"),
        help: ArgumentHelp("disable, prefer, require or verify-full.", valueName: "mode")
    )
    var tlsMode = "prefer"

    @Option(
        name: .customLong("postgres-sslrootcert"),
        help: ArgumentHelp("PEM certificates that verify-full trusts instead of the system's.", valueName: "file")
    )
    var rootCertificatePath: String?

    /// The options, checked.
    func configuration() throws -> SourceConfiguration {
        let given = try PasswordOption.read("--postgres-password", password, "--postgres-password-file", passwordFile)
        return try SourceConfiguration(
            host: host,
            port: port,
            user: user,
            password: given ?? Credential("postgres"),
            database: database,
            schema: schema,
            tlsMode: PostgresTLSMode(option: tlsMode),
            rootCertificatePath: rootCertificatePath
        )
    }
}
