import ArgumentParser
import Migration
import PosixIO
import SchemaTranslation

/// `pgscylla sample`: data to try the migration with.
struct SampleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample",
        abstract: "Makes data to try a migration with.",
        subcommands: [SampleLoadCommand.self]
    )
}

/// `pgscylla sample load`: creates and fills the four sample tables.
struct SampleLoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Creates four tables in PostgreSQL, with 1000 rows each.",
        discussion: """
            animals, habitats, feedings and equipment hold a column of every common type, NULLs, and values that \
            migrations are known to spoil. Loading again restores their content.
            """
    )

    @OptionGroup(title: "PostgreSQL") var postgres: PostgresOptions

    @Flag(name: .customLong("replace"), help: "Drop tables of these names first, whatever they hold.")
    var replaces = false

    func run() async throws {
        let source = try await postgres.source()
        let tables = try await SampleData.load(into: source, replacing: replaces)
        for table in tables {
            StandardStream.output.print(
                "\(table.name): \(Quantity.count(table.rowCount, "row"))\(table.isCreated ? ", created" : "")"
            )
        }
    }
}
