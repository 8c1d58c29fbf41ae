import ArgumentParser
import Migration
import PosixIO
import WireKit

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

    @Option(
        name: .customLong("show"),
        parsing: .unconditional,
        help: ArgumentHelp("Rows of each kind of difference to show per table.", valueName: "count")
    )
    var exampleLimit = 10

    @Flag(name: .customLong("json"), help: "Print the summary as JSON.")
    var printsJSON = false

    func run() async throws {
        let verification = try await verification()
        let observer = ConsoleObserver()
        defer { observer.finish() }
        let report = try await VerificationCoordinator(verification, observer: observer).run()
        observer.finish()
        StandardStream.output.write(printsJSON ? report.json.text + "\n" : report.text)
        throw ExitCode(report.exitStatus.rawValue)
    }

    private func verification() async throws -> VerifyConfiguration {
        let target = try scylla.configuration()
        return try VerifyConfiguration(
            source: await postgres.source(),
            target: target,
            request: selection.request(keyspace: target.keyspace),
            readerCount: readerCount,
            exampleLimit: exampleLimit
        )
    }
}
