import ArgumentParser
import DockerEngine
import Migration
import PosixIO
import WireKit

/// `pgscylla status`: what there is of the pair, and what it holds.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows the containers, whether the databases answer, and what has been migrated.",
        discussion: """
            Exit status: 0 both databases answer, 1 one of them does not, 3 no Docker Engine answers.
            """
    )

    @OptionGroup(title: "Containers") var names: PairNames

    @Option(name: .customLong("postgres-user"), help: "PostgreSQL's user.")
    var user = PairConfiguration.postgresName

    @Option(
        name: .customLong("postgres-password"),
        help: ArgumentHelp("That user's password (default: postgres).", valueName: "password")
    )
    var password: String?

    @Option(
        name: .customLong("postgres-password-file"),
        help: ArgumentHelp("A file whose first line is the password.", valueName: "file")
    )
    var passwordFile: String?

    @Option(name: .customLong("postgres-db"), help: "The database.")
    var database = PairConfiguration.postgresName

    @Option(name: .customLong("postgres-source-schema"), help: "The schema to migrate.")
    var schema = "public"

    @Option(name: .customLong("scylla-ks"), help: ArgumentHelp("The keyspace.", valueName: "keyspace"))
    var keyspace = "migration"

    @Flag(name: .customLong("json"), help: "Print it as JSON.")
    var printsJSON = false

    func run() async throws {
        let configuration = try names.configuration()
        let given = try PasswordOption.read("--postgres-password", password, "--postgres-password-file", passwordFile)
        let login = (user: user, password: given ?? Credential(PairConfiguration.postgresName), database: database)
        let (schema, keyspace) = (schema, keyspace)
        let console = PairConsole()
        defer { console.finish() }
        let report = try await EngineSession.run(console) { found, _ in
            let status = try await PairStatus(configuration, on: found.engine)
            return try await PairReport.gather(status, found, configuration, login, schema: schema, keyspace: keyspace)
        }
        console.finish()
        StandardStream.output.write(printsJSON ? report.json.text + "\n" : report.text)
        throw ExitCode((report.isReady ? ExitStatus.success : .incomplete).rawValue)
    }
}
