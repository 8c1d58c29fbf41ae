import ArgumentParser
import Migration

/// `pgscylla verify`: proves that both sides hold the same rows.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compares every row and every column of both sides.",
        discussion: """
            Reads both sides whole: rows that differ, rows that only PostgreSQL has and rows that only ScyllaDB has \
            are counted and the first of each are shown. Give the options that setup was given.
            """
    )

    @OptionGroup(title: "PostgreSQL") var postgres: PostgresOptions
    @OptionGroup(title: "ScyllaDB") var scylla: ScyllaOptions
    @OptionGroup(title: "Tables") var selection: SelectionOptions

    @Option(
        name: .customLong("num-threads"),
        parsing: .unconditional,
        help: ArgumentHelp("Concurrent readers.", valueName: "count")
    )
    var readerCount = 4

    @Flag(name: .customLong("json"), help: "Print the summary as JSON.")
    var printsJSON = false

    func run() async throws {
        _ = try verification()
        throw MigrationError(.usage, "verification is not available yet")
    }

    private func verification() throws -> VerifyConfiguration {
        try VerifyConfiguration(
            source: postgres.configuration(),
            target: scylla.configuration(),
            request: selection.request(keyspace: scylla.keyspace),
            readerCount: readerCount
        )
    }
}
