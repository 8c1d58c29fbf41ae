import ArgumentParser
import DockerEngine
import Migration
import PosixIO

/// `pgscylla destroy`: removes what `start` has made.
struct DestroyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "destroy",
        abstract: "Removes the containers that start has made, with their data.",
        discussion: """
            Lists what carries the label io.pgscylla or one of the names given, asks, stops it (10 seconds) and \
            removes it: containers, their volumes without a name, and the network. Volumes with a name stay.
            """
    )

    @OptionGroup(title: "Containers") var names: PairNames

    @Flag(name: .customLong("yes"), help: "Do not ask.")
    var isConfirmed = false

    @Flag(name: .customLong("keep-volumes"), help: "Leave the containers' volumes.")
    var keepsVolumes = false

    func run() async throws {
        let configuration = try names.configuration()
        let console = PairConsole()
        defer { console.finish() }
        let (isConfirmed, keepsVolumes) = (isConfirmed, keepsVolumes)
        try await EngineSession.run(console) { found, _ in
            let destroy = PairDestroy(configuration, on: found.engine, observer: console)
            let inventory = try await destroy.inventory()
            guard !inventory.isEmpty else {
                return StandardStream.output.print("there is nothing to remove")
            }
            StandardStream.output.print("this will be removed\(keepsVolumes ? "" : ", with its data"):")
            for line in inventory.lines { StandardStream.output.print("  \(line)") }
            if !isConfirmed { try await Self.confirm(on: found.engine) }
            try await destroy.remove(inventory, keepsVolumes: keepsVolumes)
            StandardStream.output.print("removed")
        }
    }

    /// Asks until the answer is yes.
    ///
    /// - Throws: `ExitCode` for any other answer, or `InvalidOption` where nobody can be asked.
    private static func confirm(on engine: Engine) async throws {
        guard StandardInput.isTerminal else {
            throw InvalidOption("--yes", "is needed where there is no terminal to ask at; nothing was removed")
        }
        StandardStream.output.write("remove all of it? (yes/no) ")
        let answer = try await engine.lineOfInput()?.lowercased()
        guard answer == "yes" || answer == "y" else {
            StandardStream.output.print("nothing was removed")
            throw ExitCode(ExitStatus.incomplete.rawValue)
        }
    }
}

extension Engine {
    /// The next line that somebody types.
    func lineOfInput() async throws -> String? { try await StandardInput.line(on: loop) }
}
