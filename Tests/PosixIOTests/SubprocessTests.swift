import PosixIO
import Testing

@Suite struct SubprocessTests {
    private func run(
        _ program: String,
        _ arguments: [String] = [],
        input: String = "",
        outputLimit: Int = 1 << 20,
        timeout: Duration = .seconds(60)
    ) async throws -> Subprocess.Outcome {
        let lane = try Lane(name: "subprocess")
        defer { lane.stop() }
        return try await lane.run { lane in
            try await Subprocess.run(
                program,
                arguments,
                input: Array(input.utf8),
                outputLimit: outputLimit,
                timeout: timeout,
                on: lane.loop
            )
        }
    }

    @Test func inputGoesInAndOutputComesOut() async throws {
        let outcome = try await run("cat", input: "a line\n")
        #expect(outcome.status == 0)
        #expect(String(decoding: outcome.output, as: UTF8.self) == "a line\n")
    }

    @Test func argumentsReachTheProgramAsTheyAre() async throws {
        let arguments = ["%s|", "$(echo no)", "'\"`id`", "a b", ""]
        let outcome = try await run("printf", arguments)
        #expect(String(decoding: outcome.output, as: UTF8.self) == "$(echo no)|'\"`id`|a b||")
    }

    @Test func theStatusIsTheProgramsOrItsSignals() async throws {
        #expect(try await run("sh", ["-c", "exit 7"]).status == 7)
        #expect(try await run("sh", ["-c", "kill -TERM $$"]).status == 143)
    }

    @Test func outputBeyondTheLimitIsForgotten() async throws {
        let outcome = try await run("head", ["-c", "300000", "/dev/zero"], outputLimit: 1000)
        #expect(outcome.status == 0)
        #expect(outcome.output.count == 1000)
    }

    @Test func aProgramThatIsNotThere() async throws {
        await #expect(throws: TransportError.syscall(SyscallError(errno: 2, call: "posix_spawnp"), peer: "no-such")) {
            try await run("no-such")
        }
    }

    @Test func aProgramThatHangsIsKilled() async throws {
        await #expect(throws: TransportError.timedOut(operation: "running", peer: "sleep")) {
            try await run("sleep", ["3600"], timeout: .milliseconds(50))
        }
    }
}
