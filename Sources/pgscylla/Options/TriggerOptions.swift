import ArgumentParser

/// How later changes are followed; what only `--load-method fdw` uses.
struct TriggerOptions: ParsableArguments {
    @Option(
        name: .customLong("postgres-lock-mode"),
        help: ArgumentHelp(
            "How a table is locked for the moment in which its triggers are created; SHARE ROW EXCLUSIVE at least.",
            valueName: "mode"
        )
    )
    var lockMode = "SHARE ROW EXCLUSIVE"

    @Option(
        name: .customLong("postgres-fdw-schema"),
        help: ArgumentHelp("Schema of the foreign tables.", valueName: "schema")
    )
    var foreignSchema = "scylla_fdw"

    @Option(
        name: .customLong("postgres-docker-container"),
        help: ArgumentHelp("Container in which scylla_fdw is built.", valueName: "container")
    )
    var postgresContainer = "postgresql-migration-source"

    @Option(
        name: .customLong("scylla-docker-container"),
        help: ArgumentHelp("Container in which ScyllaDB runs.", valueName: "container")
    )
    var scyllaContainer = "scylladb-migration-target"

    @Option(
        name: .customLong("scylla-fdw-host"),
        help: ArgumentHelp("ScyllaDB's host as PostgreSQL sees it.", valueName: "host")
    )
    var foreignHost = "scylladb-migration-target"

    @Option(
        name: .customLong("scylla-fdw-port"),
        parsing: .unconditional,
        help: ArgumentHelp("ScyllaDB's port as PostgreSQL sees it (default: that of --scylla-port).", valueName: "port")
    )
    var foreignPort: Int?

    @Flag(
        name: .customLong("skip-fdw-build"),
        help: "Do not install the extension scylla_fdw first: PostgreSQL has it already."
    )
    var skipsForeignDataWrapperBuild = false
}
