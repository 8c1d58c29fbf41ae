import ArgumentParser
import DockerEngine
import Migration
import PosixIO

/// `pgscylla fdw`: the extension scylla_fdw.
struct FDWCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fdw",
        abstract: "Brings the extension scylla_fdw into PostgreSQL's container.",
        subcommands: [FDWInstallCommand.self]
    )
}

/// `pgscylla fdw install`: builds and installs the extension.
struct FDWInstallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract: "Builds scylla_fdw and the driver it needs, and installs both.",
        discussion: """
            Runs inside the container, as root, and takes tools and sources from the internet unless an archive or a \
            prebuilt extension is given. A build that was interrupted goes on where it stopped: what is there and \
            current is not made again. Proxy variables (http_proxy and so on) are passed on.
            """
    )

    @Option(
        name: .customLong("postgres-docker-container"),
        help: ArgumentHelp("Container in which scylla_fdw is installed.", valueName: "container")
    )
    var container = PairConfiguration().postgresContainer

    @OptionGroup(title: "Build") var installation: InstallationOptions

    func run() async throws {
        try await installation.checked(container: container).run()
        StandardStream.output.print("scylla_fdw is installed in \(container); CREATE EXTENSION scylla_fdw loads it")
    }
}
