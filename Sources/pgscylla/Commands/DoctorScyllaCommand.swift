import ArgumentParser
import Migration

/// `pgscylla doctor scylla`: examines the target.
struct DoctorScyllaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scylla",
        abstract: "Examines ScyllaDB: the way in, nodes and shards, the keyspace, clocks."
    )

    @OptionGroup(title: "ScyllaDB") var scylla: ScyllaOptions

    @Flag(name: .customLong("json"), help: "Print the findings as JSON.")
    var printsJSON = false

    func run() async throws {
        try DoctorCommand.show(try await TargetDoctor.examine(scylla.configuration()), asJSON: printsJSON)
    }
}
