import ArgumentParser
import Migration
import PosixIO
import Synchronization

/// One run of the program: from its arguments to its exit status.
enum Session {
    private static let interruptionCount = Atomic<Int>(0)

    /// Runs the command that the arguments name; SIGINT and SIGTERM cancel it.
    ///
    /// A command that still ends well, such as one that runs until it is interrupted, has succeeded.
    @MainActor static func run() async -> Int32 {
        let (interruptions, continuation) = AsyncStream.makeStream(of: Int32.self)
        do {
            try InterruptSignals.watch { number in
                // Who asks twice does not want to wait for a clean end.
                let isFirst = interruptionCount.add(1, ordering: .relaxed).oldValue == 0
                guard isFirst else { PGScylla.exit(withError: ExitCode(ExitStatus.interrupted.rawValue)) }
                continuation.yield(number)
            }
        } catch {
            StandardStream.error.print("pgscylla: note: \(error): an interrupt will end the process at once")
        }
        return await withTaskGroup(of: Int32?.self) { group in
            group.addTask { await runCommand() }
            group.addTask {
                for await _ in interruptions { break }
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            if let first { return first }
            let status = await group.next() ?? nil
            return status == ExitStatus.success.rawValue ? ExitStatus.success.rawValue : ExitStatus.interrupted.rawValue
        }
    }

    private static func runCommand() async -> Int32 {
        do {
            var command = try PGScylla.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return ExitStatus.success.rawValue
        } catch {
            return report(error)
        }
    }

    /// Says what went wrong in one sentence, with PostgreSQL's own words below it where they say more, and returns the exit
    /// status for it.
    private static func report(_ error: any Error) -> Int32 {
        switch error {
        case let status as ExitCode:
            return status.rawValue
        case is InvalidOption:
            StandardStream.error.print("pgscylla: error: \(error)")
            return ExitStatus.refused.rawValue
        case is MigrationError, is CancellationError:
            // What could not be ended because it was interrupted did not fail.
            let isBare = ExitStatus(for: error) == .interrupted && !"\(error)".contains("interrupted")
            StandardStream.error.print("pgscylla: error: \(isBare ? "interrupted: " : "")\(error)")
            if let report = (error as? MigrationError)?.serverReport { StandardStream.error.print(report) }
            return ExitStatus(for: error).rawValue
        default:
            guard let status = ExitStatus(docker: error) else { return reportParsing(error) }
            StandardStream.error.print("pgscylla: error: \(error)")
            return status.rawValue
        }
    }

    /// The argument parser leaves a usage error with status 64; ours is 2.
    private static func reportParsing(_ error: any Error) -> Int32 {
        switch PGScylla.exitCode(for: error) {
        case .success:
            StandardStream.output.print(PGScylla.fullMessage(for: error))
            return ExitStatus.success.rawValue
        case .validationFailure:
            StandardStream.error.print("pgscylla: error: \(PGScylla.message(for: error))")
            let hint = PGScylla.fullMessage(for: error).split(separator: "\n").last { $0.contains("--help") }
            if let hint { StandardStream.error.print("\(hint.drop { $0 == " " })") }
            return ExitStatus.refused.rawValue
        default:
            StandardStream.error.print("pgscylla: error: \(error)")
            return ExitStatus.incomplete.rawValue
        }
    }
}
