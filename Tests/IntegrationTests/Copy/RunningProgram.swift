import Foundation

/// The program while it runs, for tests that interrupt it.
final class RunningProgram {
    private let process = Process()
    private let errors = Pipe()
    private let (ends, continuation) = AsyncStream.makeStream(of: Int32.self)

    init(_ command: [String]) {
        process.executableURL = URL(filePath: command[0])
        process.arguments = Array(command.dropFirst())
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = errors
        process.terminationHandler = { [continuation] in
            continuation.yield($0.terminationStatus)
            continuation.finish()
        }
    }

    func start() throws { try process.run() }

    /// Sends SIGINT, as Ctrl-C does.
    func interrupt() { process.interrupt() }

    /// Waits for its end.
    ///
    /// - Returns: the exit status and what it printed to standard error, which must be less than a pipe holds.
    func end() async -> (status: Int32, standardError: String) {
        var status: Int32 = -1
        for await value in ends { status = value }
        let data = (try? errors.fileHandleForReading.readToEnd()) ?? Data()
        return (status, String(decoding: data, as: UTF8.self))
    }
}
