import ArgumentParser
import DockerEngine
import Migration
import PosixIO

/// `pgscylla start`: brings PostgreSQL and ScyllaDB up in containers.
struct StartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Starts PostgreSQL and ScyllaDB in containers.",
        discussion: """
            Pulls the images, creates a network and both containers where they do not exist, starts what is stopped, \
            and waits until PostgreSQL and CQL really answer. What runs is left alone. PostgreSQL's user, password \
            and database are all called postgres.

            The Docker Engine is looked for at DOCKER_HOST, the Docker context, and the usual sockets.
            """
    )

    @OptionGroup(title: "Containers") var names: PairNames
    @OptionGroup(title: "How they are made") var making: PairMakingOptions

    func run() async throws {
        var configuration = try names.configuration()
        try making.complete(&configuration)
        let console = PairConsole()
        defer { console.finish() }
        let wanted = configuration
        try await EngineSession.run(console) { found, environment in
            let start = PairStart(
                wanted,
                on: found.engine,
                environment: environment,
                probes: EngineSession.probes,
                observer: console
            )
            let databases = try await start.run()
            console.finish()
            StandardStream.output.write(ConnectionInformation(databases, wanted).text)
            if wanted.isForDebugging {
                let log = try FDWLog.open("pgscylla-debug.log")
                try await start.installDebuggers(log: log)
            }
        }
    }
}

/// How the databases of a pair are reached.
struct ConnectionInformation {
    private let databases: [ReadyDatabase]
    private let configuration: PairConfiguration

    init(_ databases: [ReadyDatabase], _ configuration: PairConfiguration) {
        self.databases = databases
        self.configuration = configuration
    }

    var text: String {
        var text = ""
        for database in databases {
            let port = database.member.mainPort
            text += "\(database.member.title) \(database.version)\n".split(separator: "\n")[0] + "\n"
            let published = database.port(port).map { "\(database.host):\($0)" } ?? "not published"
            text +=
                "  from this machine   \(published)\(database.isReachableInsideOnly ? " (not reachable from here)" : "")\n"
            text += "  in \(configuration.network)   \(database.container):\(port)\n"
            if database.member == .postgres {
                text += "  user, password and database   \(PairConfiguration.postgresName)\n"
            } else {
                let others = [(UInt16(9142), "TLS"), (19042, "shard-aware"), (19142, "shard-aware, TLS")]
                let list = others.compactMap { other, what in database.port(other).map { "\($0) \(what)" } }
                if !list.isEmpty { text += "  also   \(list.joined(separator: ", "))\n" }
            }
        }
        return text + next
    }

    /// What to do with them.
    private var next: String {
        var options = ""
        for database in databases {
            let name = database.member == .postgres ? "postgres" : "scylla"
            guard let port = database.port(database.member.mainPort) else { continue }
            if database.host != "127.0.0.1" { options += " --\(name)-host \(database.host)" }
            if port != database.member.mainPort { options += " --\(name)-port \(port)" }
        }
        return "next: pgscylla sample load, pgscylla setup --load-method direct\(options)\n"
    }
}
