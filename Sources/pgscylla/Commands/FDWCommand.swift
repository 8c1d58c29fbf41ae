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

    @Option(
        name: .customLong("fdw-revision"),
        help: ArgumentHelp(
            "Commit, tag or branch of GeoffMontee/scylla_fdw (default: a pinned one).",
            valueName: "revision"
        )
    )
    var revision: String?

    @Option(
        name: .customLong("driver-revision"),
        help: ArgumentHelp("Commit, tag or branch of scylladb/cpp-rs-driver (default: 1.1.1).", valueName: "revision")
    )
    var driverRevision: String?

    @Option(
        name: .customLong("from-archive"),
        help: ArgumentHelp(
            "Take sources, or a build, from this .tar.gz with the folders scylla_fdw and cpp-rs-driver.",
            valueName: "file"
        )
    )
    var archive: String?

    @Option(
        name: .customLong("prebuilt"),
        help: ArgumentHelp(
            "Install scylla_fdw.so, scylla_fdw.control and scylla_fdw--*.sql from this folder, and build nothing.",
            valueName: "folder"
        )
    )
    var prebuilt: String?

    @Option(
        name: .customLong("log-file"),
        help: ArgumentHelp("Takes the whole output of the build.", valueName: "file")
    )
    var logPath = "pgscylla-fdw.log"

    func run() async throws {
        let origin = try origin()
        let container = container
        let log = prebuilt == nil ? try FDWLog.open(logPath) : nil
        let console = PairConsole()
        defer { console.finish() }
        try await EngineSession.run(console) { found, _ in
            let proxies = ForeignDataWrapperBuild.proxyVariables.compactMap { name in
                ProcessEnvironment.variable(name).map { "\(name)=\($0)" }
            }
            let installation = ForeignDataWrapperInstallation(
                origin,
                in: container,
                on: found.engine,
                proxies: proxies,
                observer: console
            )
            try await installation.run(log: log)
            console.finish()
            StandardStream.output.print("scylla_fdw is installed in \(container); CREATE EXTENSION scylla_fdw loads it")
        }
    }

    private func origin() throws -> ForeignDataWrapperInstallation.Origin {
        if container.isEmpty { throw InvalidOption("--postgres-docker-container", "must not be empty") }
        if archive != nil, prebuilt != nil {
            throw InvalidOption("--prebuilt", "and --from-archive exclude each other")
        }
        for (option, value) in [("--fdw-revision", revision), ("--driver-revision", driverRevision)] {
            guard let value else { continue }
            // git would take it for an option.
            if value.isEmpty || value.hasPrefix("-") { throw InvalidOption(option, "cannot be \"\(value)\"") }
            if archive ?? prebuilt != nil { throw InvalidOption(option, "has no meaning beside an archive or a build") }
        }
        if let archive { return .archive(path: archive) }
        if let prebuilt { return .prebuilt(folder: prebuilt) }
        return .repositories(
            revision: revision ?? ForeignDataWrapperBuild.pinnedRevision,
            driverRevision: driverRevision ?? ForeignDataWrapperBuild.pinnedDriverRevision
        )
    }
}

/// The file that keeps what a build prints.
enum FDWLog {
    /// Opens or creates it.
    ///
    /// - Throws: `PairError` naming it.
    static func open(_ path: String) throws -> AppendFile {
        do throws(SyscallError) {
            return try AppendFile(path: path)
        } catch {
            throw PairError(.file, "\(path) cannot be written: \(error.reason)", remedy: "name another file")
        }
    }
}
