import ArgumentParser
import Migration
import SchemaTranslation

/// Which tables, and how their keys are laid out.
struct SelectionOptions: ParsableArguments {
    @Option(
        name: .customLong("tables"),
        help: ArgumentHelp(
            "Only these tables: names or patterns with * and ?, with commas or repeated.",
            valueName: "pattern"
        )
    )
    var included: [String] = []

    @Option(
        name: .customLong("exclude"),
        help: ArgumentHelp("Leave these tables out; wins over --tables.", valueName: "pattern")
    )
    var excluded: [String] = []

    @Option(
        name: .customLong("partition-key"),
        help: ArgumentHelp(
            "all: the whole primary key is the partition key; first: its first column, the others cluster.",
            valueName: "columns"
        )
    )
    var partitionKey = "all"

    /// The options, checked.
    func request(keyspace: String) throws -> PlanRequest {
        guard let choice = PartitionKeyChoice(rawValue: partitionKey.lowercased()) else {
            throw InvalidOption("--partition-key", "cannot be \"\(partitionKey)\": choose all or first")
        }
        return PlanRequest(
            keyspace: keyspace,
            partitionKey: choice,
            selection: TableSelection(
                included: try patterns(included, of: "--tables"),
                excluded: try patterns(excluded, of: "--exclude")
            )
        )
    }

    private func patterns(_ arguments: [String], of option: String) throws -> [TablePattern] {
        try arguments.flatMap { argument in
            let patterns = TablePattern.list(argument)
            if patterns.isEmpty { throw InvalidOption(option, "\"\(argument)\" names no table") }
            return patterns
        }
    }
}
