import ArgumentParser
import DockerEngine
import Migration

/// What the two containers and their network are called.
struct PairNames: ParsableArguments {
    @Option(
        name: .customLong("postgres-docker-container"),
        help: ArgumentHelp("PostgreSQL's container.", valueName: "container")
    )
    var postgresContainer = PairConfiguration().postgresContainer

    @Option(
        name: .customLong("scylla-docker-container"),
        help: ArgumentHelp("ScyllaDB's container.", valueName: "container")
    )
    var scyllaContainer = PairConfiguration().scyllaContainer

    @Option(name: .customLong("network"), help: ArgumentHelp("The network that both are in.", valueName: "name"))
    var network = PairConfiguration().network

    /// A configuration with these names, and defaults for the rest.
    func configuration() throws -> PairConfiguration {
        var configuration = PairConfiguration()
        for (option, value) in [
            ("--postgres-docker-container", postgresContainer), ("--scylla-docker-container", scyllaContainer),
            ("--network", network),
        ] where value.isEmpty { throw InvalidOption(option, "must not be empty") }
        guard postgresContainer != scyllaContainer else {
            throw InvalidOption("--scylla-docker-container", "must differ from --postgres-docker-container")
        }
        configuration.postgresContainer = postgresContainer
        configuration.scyllaContainer = scyllaContainer
        configuration.network = network
        return configuration
    }
}

/// How the pair is made.
struct PairMakingOptions: ParsableArguments {
    @Option(
        name: .customLong("postgres-version"),
        parsing: .unconditional,
        help: ArgumentHelp("PostgreSQL's major version, 14 to 18.", valueName: "major")
    )
    var postgresVersion = 18

    @Option(
        name: .customLong("postgres-image"),
        help: ArgumentHelp("PostgreSQL's image (default: postgres:<major>).", valueName: "image")
    )
    var postgresImage: String?

    @Option(name: .customLong("scylla-image"), help: ArgumentHelp("ScyllaDB's image.", valueName: "image"))
    var scyllaImage = PairConfiguration.defaultScyllaImage

    @Option(
        name: .customLong("postgres-port"),
        parsing: .unconditional,
        help: ArgumentHelp("Port of this machine for PostgreSQL; 0 takes a free one.", valueName: "port")
    )
    var postgresPort = 5432

    @Option(
        name: .customLong("scylla-port"),
        parsing: .unconditional,
        help: ArgumentHelp("Port of this machine for CQL; 0 takes a free one.", valueName: "port")
    )
    var scyllaPort = 9042

    @Option(
        name: .customLong("scylla-tls-port"),
        parsing: .unconditional,
        help: ArgumentHelp("The same for CQL over TLS.", valueName: "port")
    )
    var scyllaTLSPort = 9142

    @Option(
        name: .customLong("scylla-shard-port"),
        parsing: .unconditional,
        help: ArgumentHelp("The same for shard-aware drivers.", valueName: "port")
    )
    var scyllaShardPort = 19042

    @Option(
        name: .customLong("scylla-shard-tls-port"),
        parsing: .unconditional,
        help: ArgumentHelp("The same for shard-aware drivers over TLS.", valueName: "port")
    )
    var scyllaShardTLSPort = 19142

    @Option(
        name: .customLong("publish-address"),
        help: ArgumentHelp(
            "Address at which the ports are published (default: 127.0.0.1, or 0.0.0.0 on a remote Engine).",
            valueName: "address"
        )
    )
    var publishAddress: String?

    @Option(name: .customLong("pull"), help: ArgumentHelp("When to pull: missing, always or never.", valueName: "when"))
    var pull = "missing"

    @Option(name: .customLong("scylla-memory"), help: ArgumentHelp("ScyllaDB's memory.", valueName: "size"))
    var scyllaMemory = "400M"

    @Option(
        name: .customLong("scylla-smp"),
        parsing: .unconditional,
        help: ArgumentHelp("ScyllaDB's cores.", valueName: "count")
    )
    var scyllaCores = 1

    @Option(
        name: .customLong("timeout"),
        parsing: .unconditional,
        help: ArgumentHelp("Seconds for each database, from its start until it answers.", valueName: "seconds")
    )
    var timeout = 60

    @Flag(name: .customLong("keep"), help: "When the start fails, leave what it has made.")
    var keeps = false

    @Flag(
        name: .customLong("debug"),
        help: "Add SYS_PTRACE and seccomp=unconfined to both, and install gdb and PostgreSQL's symbols."
    )
    var isForDebugging = false

    /// Completes a configuration.
    func complete(_ configuration: inout PairConfiguration) throws {
        guard PairConfiguration.postgresMajors.contains(postgresVersion) else {
            throw InvalidOption("--postgres-version", "must be from 14 to 18, not \(postgresVersion)")
        }
        guard let policy = PairConfiguration.PullPolicy(rawValue: pull) else {
            throw InvalidOption("--pull", "cannot be \"\(pull)\": choose missing, always or never")
        }
        guard scyllaCores >= 1 else { throw InvalidOption("--scylla-smp", "must be at least 1, not \(scyllaCores)") }
        guard timeout >= 1 else { throw InvalidOption("--timeout", "must be at least 1, not \(timeout)") }
        configuration.postgresMajor = postgresVersion
        configuration.postgresImage = postgresImage
        configuration.scyllaImage = scyllaImage
        configuration.postgresPort = try port("--postgres-port", postgresPort)
        configuration.scyllaPort = try port("--scylla-port", scyllaPort)
        configuration.scyllaTLSPort = try port("--scylla-tls-port", scyllaTLSPort)
        configuration.scyllaShardPort = try port("--scylla-shard-port", scyllaShardPort)
        configuration.scyllaShardTLSPort = try port("--scylla-shard-tls-port", scyllaShardTLSPort)
        configuration.publishAddress = publishAddress
        configuration.pullPolicy = policy
        configuration.scyllaMemory = scyllaMemory
        configuration.scyllaCores = scyllaCores
        configuration.timeout = .seconds(timeout)
        configuration.keepsAfterFailure = keeps
        configuration.isForDebugging = isForDebugging
    }

    private func port(_ option: String, _ value: Int) throws -> UInt16 {
        guard let port = UInt16(exactly: value) else {
            throw InvalidOption(option, "must be between 0 and 65535, not \(value)")
        }
        return port
    }
}
