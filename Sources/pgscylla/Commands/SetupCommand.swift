import ArgumentParser
import Migration
import PosixIO
import WireKit

/// `pgscylla setup`: creates the tables and copies the rows.
struct SetupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "setup",
        abstract: "Creates the tables in ScyllaDB, copies the rows, and has triggers carry later changes there.",
        discussion: """
            Every table with a primary key is copied, several at a time and large ones in pieces, from one snapshot of \
            the source. Running it again converges.

            With --load-method fdw, the default, the extension scylla_fdw is installed in PostgreSQL's container first, \
            and triggers carry every later change through it when the change is committed. Each table is locked for the \
            moment in which its triggers are created. A change that ScyllaDB does not take does not fail the \
            application: PostgreSQL keeps it in a table, and the next setup makes it good.

            With --load-method direct nothing is installed or locked in PostgreSQL, and later changes are not followed. \
            The rows that exist travel the same way with both.
            """
    )

    @OptionGroup(title: "PostgreSQL") var postgres: PostgresOptions
    @OptionGroup(title: "ScyllaDB") var scylla: ScyllaOptions
    @OptionGroup(title: "Tables") var selection: SelectionOptions
    @OptionGroup(title: "Foreign tables and triggers") var triggers: TriggerOptions
    @OptionGroup(title: "Installation of scylla_fdw") var installation: InstallationOptions

    @Option(
        name: .customLong("load-method"),
        help: ArgumentHelp(
            "fdw follows later changes by triggers through scylla_fdw; direct copies once and installs nothing.",
            valueName: "method"
        )
    )
    var loadMethod = "fdw"

    @Option(
        name: .customLong("num-threads"),
        parsing: .unconditional,
        help: ArgumentHelp("Concurrent readers.", valueName: "count")
    )
    var readerCount = 4

    @Option(
        name: .customLong("direct-load-concurrency"),
        parsing: .unconditional,
        help: ArgumentHelp("Bound on writes in flight per reader (default: chosen while it runs).", valueName: "count")
    )
    var requestLimit: Int?

    @Option(
        name: .customLong("scylla-batch-rows"),
        parsing: .unconditional,
        help: ArgumentHelp(
            "Rows of one shard that are written as one unlogged batch; 1 writes each on its own (default: 1).",
            valueName: "count"
        )
    )
    var batchRowLimit: Int?

    @Option(
        name: .customLong("scylla-batch-bytes"),
        parsing: .unconditional,
        help: ArgumentHelp(
            "Bytes of a batch at most; servers warn of batches above 5 kB and refuse those above 50 kB by default "
                + "(default: 5000).",
            valueName: "bytes"
        )
    )
    var batchByteLimit: Int?

    @Option(
        name: .customLong("direct-load-fetch-size"),
        parsing: .unconditional,
        help: ArgumentHelp("Accepted for compatibility: rows arrive as one stream.", valueName: "count")
    )
    var fetchSize: Int?

    @Flag(name: .customLong("skip-existing-data"), help: "Create the tables and triggers, copy no rows.")
    var skipsExistingData = false

    @Option(
        name: .customLong("replication-factor"),
        parsing: .unconditional,
        help: ArgumentHelp(
            "Replicas of a new keyspace (default: one per node of the datacentre, at most 3).",
            valueName: "count"
        )
    )
    var replicationFactor: Int?

    @Option(
        name: .customLong("rejects-file"),
        help: ArgumentHelp("Where rows go that ScyllaDB cannot hold, a JSON object per line.", valueName: "file")
    )
    var rejectsPath = "pgscylla-rejects.jsonl"

    @Flag(name: .customLong("dry-run"), help: "Print what would be done, as a CQL script, and change nothing.")
    var isDryRun = false

    @Flag(name: .customLong("json"), help: "Print the summary as JSON.")
    var printsJSON = false

    func run() async throws {
        let setup = try await setup()
        if fetchSize != nil {
            StandardStream.error.print(
                "pgscylla: note: --direct-load-fetch-size has no effect: rows arrive as one stream"
            )
        }
        if isDryRun {
            StandardStream.output.write(try await DryRun.script(for: setup))
        } else {
            try await copy(setup)
        }
    }

    private func copy(_ setup: SetupConfiguration) async throws {
        let observer = ConsoleObserver()
        defer { observer.finish() }
        let coordinator = SetupCoordinator(setup, observer: observer)
        if setup.following != nil {
            try await installExtension(before: coordinator, observer)
        } else if !skipsExistingData {
            observer.noted("rows are copied once: later changes in PostgreSQL are not followed, run setup again")
        }
        let report = try await coordinator.run()
        observer.finish()
        StandardStream.output.write(printsJSON ? report.json.text + "\n" : report.text)
        throw ExitCode(report.exitStatus.rawValue)
    }

    /// The first step of following: but a wrong password should not be found out after a long build.
    private func installExtension(before coordinator: SetupCoordinator, _ observer: ConsoleObserver) async throws {
        let installation = try installation.checked(container: triggers.postgresContainer)
        guard !triggers.skipsForeignDataWrapperBuild else { return }
        try await coordinator.check()
        observer.noted(
            "installing scylla_fdw in the container \(installation.container) (not needed with --skip-fdw-build, where "
                + "PostgreSQL has it already, or with --load-method direct, which follows no changes)"
        )
        try await installation.run()
    }

    private func setup() async throws -> SetupConfiguration {
        let target = try scylla.configuration(replicationFactor: replicationFactor)
        let method = try LoadMethod(option: loadMethod)
        let lockMode = try TableLockMode(option: triggers.lockMode)
        return try SetupConfiguration(
            source: await postgres.source(),
            target: target,
            request: selection.request(keyspace: target.keyspace),
            following: method == .direct
                ? nil
                : FollowingConfiguration(
                    of: target,
                    foreignSchema: triggers.foreignSchema,
                    host: triggers.foreignHost,
                    port: triggers.foreignPort,
                    lockMode: lockMode
                ),
            readerCount: readerCount,
            requestLimit: requestLimit,
            batchRowLimit: batchRowLimit,
            batchByteLimit: batchByteLimit,
            fetchSize: fetchSize,
            skipsExistingData: skipsExistingData,
            rejectsPath: rejectsPath
        )
    }
}
