import ArgumentParser

/// The root command: it names the others and turns what they throw into a sentence and an exit status.
@main
struct PGScylla: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pgscylla",
        abstract: "Moves PostgreSQL databases to ScyllaDB.",
        discussion: """
            Translates the schema, copies the rows over as many connections as you allow, and proves that both \
            sides are equal.

            Exit status: 0 all good, 1 some tables failed or differ or rows were rejected, 2 bad usage or a plan \
            that was refused, 3 no connection, 130 interrupted.
            """,
        version: "0.1.0",
        subcommands: [NodeCommand.self]
    )

    /// The argument parser leaves a usage error with status 64; ours is 2, see the discussion above.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            StandardError.print(fullMessage(for: error))
            exit(withError: ExitCode(2))
        }
    }
}
