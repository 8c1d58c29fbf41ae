import Foundation
import TestSupport

/// The program while it runs, for tests that interrupt it.
struct RunningProgram {
    private let program: SpawnedProgram
    private let errors = Pipe()

    init(_ command: [String]) throws {
        program = try SpawnedProgram(command, standardError: errors.fileHandleForWriting)
    }

    /// Sends SIGINT, as Ctrl-C does.
    func interrupt() { program.send(SIGINT) }

    /// Waits for its end.
    ///
    /// - Returns: the exit status and what it printed to standard error, which must be less than a pipe holds.
    func end() async -> (status: Int32, standardError: String) {
        let status = await program.end()
        let data = (try? errors.fileHandleForReading.readToEnd()) ?? Data()
        return (status, String(decoding: data, as: UTF8.self))
    }
}
