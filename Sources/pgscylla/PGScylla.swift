import ArgumentParser

/// The root command: it names the others.
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
        subcommands: [
            StartCommand.self, StatusCommand.self, SetupCommand.self, VerifyCommand.self, DoctorCommand.self,
            SampleCommand.self, FDWCommand.self, DestroyCommand.self, NodeCommand.self,
        ]
    )

    /// On the main thread, whose signal mask decides what an interrupt does.
    @MainActor static func main() async {
        exit(withError: ExitCode(await Session.run()))
    }
}
