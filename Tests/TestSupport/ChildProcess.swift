import Foundation

/// A program that is run to its end.
public struct ChildProcess: Sendable {
    /// What a finished program left.
    public struct Output: Sendable {
        /// The exit status, or 128 and the number of the signal that ended it.
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
    /// The command may begin with variables, as env(1) takes them. Variables of our own that would change how PostgreSQL's
    /// programs connect are not passed on.
    public static func run(_ command: [String], input: String = "") async throws -> Output {
        let (standardInput, standardOutput, standardError) = (try CloexecPipe(), try CloexecPipe(), try CloexecPipe())
        let program = try SpawnedProgram(
            ["/usr/bin/env"] + command,
            standardInput: standardInput.reading,
            standardOutput: standardOutput.writing,
            standardError: standardError.writing
        )
        async let output = onThread { standardOutput.read() }
        async let errors = onThread { standardError.read() }
        async let written: Void = onThread { standardInput.write(input) }
        let status = await program.end()
        await written
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
}

/// Runs what blocks on a thread that may.
func onThread<T: Sendable>(_ body: @Sendable @escaping () -> T) async -> T {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: body()) }
    }
}
