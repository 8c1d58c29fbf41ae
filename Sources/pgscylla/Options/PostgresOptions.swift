import ArgumentParser
import Migration
import PosixIO
import PostgresClient
import WireKit

/// Which PostgreSQL server, database and schema.
struct PostgresOptions: ParsableArguments {
    @Option(
        name: .customLong("postgres-url"),
        help: ArgumentHelp(
            "postgresql://user@host:port/database?name=value or keyword=value pairs, as psql takes them.",
            discussion: """
                What neither an option nor the URL says is taken from the service, from libpq's environment variables \
                (PGHOST, PGPASSWORD, PGSSLMODE, ...), from ~/.pgpass and ~/.postgresql, and from the defaults named \
                here, in this order.
                """,
            valueName: "url"
        )
    )
    var url: String?

    @Option(
        name: .customLong("postgres-host"),
        help: ArgumentHelp(
            "PostgreSQL's host, or the directory of its unix-domain socket (beginning with /); several with commas "
                + "(default: localhost).",
            valueName: "host"
        )
    )
    var host: String?

    @Option(
        name: .customLong("postgres-port"),
        parsing: .unconditional,
        help: ArgumentHelp("PostgreSQL's port, or one per host with commas (default: 5432).", valueName: "port")
    )
    var port: String?

    @Option(
        name: .customLong("postgres-user"),
        help: ArgumentHelp("PostgreSQL's user (default: postgres).", valueName: "user")
    )
    var user: String?

    @Option(
        name: .customLong("postgres-password"),
        parsing: .unconditional,
        help: ArgumentHelp(
            "That user's password, which other users of this machine can see (default: postgres).",
            valueName: "password"
        )
    )
    var password: String?

    @Option(
        name: .customLong("postgres-password-file"),
        help: ArgumentHelp("A file whose first line is the password; other users cannot see it.", valueName: "file")
    )
    var passwordFile: String?

    @Option(
        name: .customLong("postgres-db"),
        help: ArgumentHelp("The database (default: postgres).", valueName: "database")
    )
    var database: String?

    @Option(
        name: .customLong("postgres-source-schema"),
        help: ArgumentHelp("The schema to migrate.", valueName: "schema")
    )
    var schema = "public"

    @OptionGroup var encryption: PostgresEncryptionOptions
    @OptionGroup var session: PostgresSessionOptions

    /// The options, checked, with everything that complements them.
    ///
    /// On a terminal, the password is asked for when the server wants one and nobody has given any.
    ///
    /// - Throws: `InvalidOption`, or `MigrationError` when the server that was asked cannot be reached.
    func source() async throws -> SourceConfiguration {
        let (source, warnings) = try SourceConfiguration.resolve(
            options: settings(),
            url: url,
            schema: schema,
            in: .ofThisProcess
        )
        for warning in warnings + visiblePasswordWarnings {
            StandardStream.error.print("pgscylla: warning: \(warning)")
        }
        return try await PasswordPrompt.complete(source)
    }

    /// The single settings.
    private func settings() throws -> [ConnectionKeyword: ConnectionSettings.Setting] {
        var settings = encryption.settings.merging(session.settings) { first, _ in first }
        settings[.host] = host.map { .init($0, origin: "--postgres-host") }
        settings[.port] = port.map { .init($0, origin: "--postgres-port") }
        settings[.user] = user.map { .init($0, origin: "--postgres-user") }
        settings[.dbname] = database.map { .init($0, origin: "--postgres-db") }
        let password = try PasswordOption.read(
            "--postgres-password",
            password,
            "--postgres-password-file",
            passwordFile
        )
        settings[.password] = password.map { .init($0.value, origin: "--postgres-password") }
        return settings
    }

    private var visiblePasswordWarnings: [String] {
        let isInURL = (url.flatMap { try? ConnectionString($0) }?.values ?? [:]).keys.contains(where: \.isSecret)
        guard password != nil || isInURL else { return [] }
        return [
            "a password on the command line can be seen by other users: use --postgres-password-file, PGPASSWORD or "
                + "~/.pgpass"
        ]
    }
}
