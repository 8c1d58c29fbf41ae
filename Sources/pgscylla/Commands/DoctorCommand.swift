import ArgumentParser
import Migration
import PosixIO
import WireKit

/// `pgscylla doctor`: looks at one side before anything is migrated.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Examines a server and says what is in the way of a migration.",
        discussion: """
            Connects as the other commands would, changes nothing, and reports each finding as ok, note or problem, \
            with what to do about it.

            Exit status: 0 no problems, 1 problems, 2 bad usage, 3 no connection, 130 interrupted.
            """,
        subcommands: [DoctorPostgresCommand.self, DoctorScyllaCommand.self]
    )

    /// Prints what was found, and ends the command with the status for it.
    ///
    /// - Throws: `ExitCode`, always.
    static func show(_ diagnosis: Diagnosis, asJSON: Bool) throws -> Never {
        StandardStream.output.write(asJSON ? diagnosis.json.text + "\n" : diagnosis.text)
        throw ExitCode(diagnosis.exitStatus.rawValue)
    }
}

/// `pgscylla doctor postgres`: examines the source.
struct DoctorPostgresCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "postgres",
        abstract: "Examines PostgreSQL: the way in, settings and permissions."
    )

    @OptionGroup(title: "PostgreSQL") var postgres: PostgresOptions

    @Flag(name: .customLong("json"), help: "Print the findings as JSON.")
    var printsJSON = false

    func run() async throws {
        let diagnosis: Diagnosis
        do {
            diagnosis = try await SourceDoctor.examine(try await postgres.source())
        } catch let error as MigrationError {
            guard let finding = SourceDoctor.diagnosis(of: error) else { throw error }
            diagnosis = finding
        }
        try DoctorCommand.show(diagnosis, asJSON: printsJSON)
    }
}
