import ArgumentParser

/// What only the methods that install something in PostgreSQL use.
struct TriggerOptions: ParsableArguments {
    @Option(
        name: .customLong("postgres-lock-mode"),
        help: ArgumentHelp(
            "How a table is locked while triggers are created; a plain copy locks nothing.",
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

    @Flag(name: .customLong("skip-fdw-build"), help: "The extension scylla_fdw is installed already.")
    var skipsForeignDataWrapperBuild = false
}
