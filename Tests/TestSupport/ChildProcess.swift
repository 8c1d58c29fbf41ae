import Foundation

/// A program that is run to its end.
public struct ChildProcess: Sendable {
    /// What a finished program left.
    public struct Output: Sendable {
        public let status: Int32
        public let standardOutput: String
        public let standardError: String
    }

    /// A program that could not be run, or ended with a status other than 0.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// Runs a program, found in PATH when its name has no slash, and waits for its end.
    ///
    /// Variables that would change how PostgreSQL's programs connect are not passed on.
    public static func run(_ command: [String], input: String = "") async throws -> Output {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("PG") }
        let (standardInput, standardOutput, standardError) = (Pipe(), Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = standardOutput
        process.standardError = standardError
        async let output = read(standardOutput)
        async let errors = read(standardError)
        let status: Int32 = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
                try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
                try standardInput.fileHandleForWriting.close()
            } catch {
                process.terminationHandler = nil
                try? standardOutput.fileHandleForWriting.close()
                try? standardError.fileHandleForWriting.close()
                continuation.resume(throwing: error)
            }
        }
        return Output(status: status, standardOutput: await output, standardError: await errors)
    }

    /// Runs a program that must succeed and returns what it printed, without the last line break.
    public static func require(_ command: [String], input: String = "") async throws -> String {
        let output = try await run(command, input: input)
        guard output.status == 0 else {
            let command = command.joined(separator: " ")
            throw Failure(description: "\(command) ended with status \(output.status): \(output.standardError)")
        }
        return output.standardOutput.hasSuffix("\n")
            ? String(output.standardOutput.dropLast()) : output.standardOutput
    }

    /// Reads a pipe to its end on a thread that may block.
    private static func read(_ pipe: Pipe) async -> String {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let data = (try? pipe.fileHandleForReading.readToEnd()) ?? Data()
                continuation.resume(returning: String(decoding: data, as: UTF8.self))
            }
        }
    }
}
