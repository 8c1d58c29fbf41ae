import DockerEngine
import Foundation
import PosixIO
import TestSupport
import Testing

/// Against a real Engine: `DOCKER_HOST` names it, and `PGSCYLLA_DOCKER_IMAGE` an image with busybox that it can pull.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["PGSCYLLA_DOCKER_IMAGE"] != nil), .serialized)
struct LiveEngineTests {
    private static var image: String { ProcessInfo.processInfo.environment["PGSCYLLA_DOCKER_IMAGE"] ?? "" }

    private final class Seen: PairObserver, @unchecked Sendable {
        // Sendable: everything is touched under `mutex` only.
        private let mutex = PosixMutex()
        private var lines: [String] = []
        private var byteCount = 0
        private var outcomes: [String] = []

        func noted(_ message: String) {}
        func pulled(_ image: String, _ progress: PullProgress) {}
        func began(step: String, number: Int, count: Int) {}
        func wrote(line: String) {
            mutex.withLock {
                lines.append(line)
                byteCount += line.utf8.count + 1
            }
        }
        func ended(step: String, outcome: StepOutcome) {
            mutex.withLock { outcomes.append(outcome == .skipped ? "\(step) skipped" : "\(step) done") }
        }
        func take() -> (lines: [String], byteCount: Int, outcomes: [String]) {
            mutex.withLock {
                defer { (lines, byteCount, outcomes) = ([], 0, []) }
                return (lines, byteCount, outcomes)
            }
        }
    }

    /// Runs `body` with a container that sleeps.
    private func withContainer(_ body: @Sendable (Engine, String) async throws -> Void) async throws {
        let lane = try Lane(name: "docker")
        defer { lane.stop() }
        let found = try await Engine.find(in: .current, on: lane.loop)
        let engine = found.engine
        if try await engine.imageID(Self.image) == nil {
            try await engine.pullImage(ImageReference(Self.image), credentials: nil) { _ in }
        }
        var spec = ContainerSpec(image: Self.image)
        spec.command = ["sleep", "600"]
        spec.network = "none"
        let name = "live-\(UUID().uuidString)"
        guard case .created = try await engine.createContainer(name, spec) else { return }
        do {
            #expect(try await engine.startContainer(name) == .done)
            #expect(try await engine.startContainer(name) == .already)
            try await body(engine, name)
        } catch {
            _ = try await engine.removeContainer(name, removesVolumes: true, isForced: true)
            throw error
        }
        #expect(try await engine.removeContainer(name, removesVolumes: true, isForced: true))
        #expect(try await engine.container(name) == nil)
        await engine.close()
    }

    /// Runs a command and returns its exit status and what it wrote.
    private func run(
        _ engine: Engine,
        _ name: String,
        _ spec: ExecSpec,
        input: [UInt8]? = nil
    ) async throws -> (status: Int, lines: [String]) {
        let lines = LastLines(1000)
        let status = try await engine.run(spec, in: name, input: input) { lines.append($0) }
        return (status, lines.finish())
    }

    /// What a command wrote that must succeed.
    private func output(_ engine: Engine, _ name: String, _ command: [String]) async throws -> [String] {
        let (status, lines) = try await run(engine, name, ExecSpec(command))
        #expect(status == 0)
        return lines
    }

    @Test func argumentsReachTheCommandAsTheyAre() async throws {
        try await withContainer { (engine: Engine, name: String) async throws in
            let arguments = ["$(id)", "`id`", "a b", "'\"", "", "é", "-n", "*", "a\nb"]
            var spec = ExecSpec(["sh", "-c", "for a in \"$@\"; do printf '<%s>' \"$a\"; done", "sh"] + arguments)
            spec.environment = ["X=$(id) '\"", "Y="]
            let shown = try await run(engine, name, spec)
            #expect(shown.status == 0)
            #expect(shown.lines.joined(separator: "\n") == arguments.map { "<\($0)>" }.joined())
            #expect(try await run(engine, name, ExecSpec(["sh", "-c", "exit 7"])).status == 7)
            #expect(try await run(engine, name, ExecSpec(["/no/such"])).status != 0)
            let back = try await run(engine, name, ExecSpec(["cat"]), input: Array("two\nlines\n".utf8))
            #expect(back.lines == ["two", "lines"])
            let much = [UInt8](repeating: 0x61, count: 4 << 20)
            let counted = try await run(engine, name, ExecSpec(["sh", "-c", "tee /tmp/copy | wc -c"]), input: much)
            #expect(counted.lines == ["\(much.count)"])
            // One that takes only the beginning of its input.
            #expect(try await run(engine, name, ExecSpec(["head", "-c", "3"]), input: much).lines == ["aaa"])
        }
    }

    @Test func aRecipeIsRunToItsEndAndResumed() async throws {
        try await withContainer { (engine: Engine, name: String) async throws in
            let seen = Seen()
            let host = ContainerHost(engine: engine, container: name)
            func run(_ recipe: Recipe) async -> PairError? {
                do {
                    try await RecipeRunner(recipe, host: host, observer: seen).run()
                    return nil
                } catch {
                    return error
                }
            }
            let half = RecipeStep.script(
                "echo begun > \"$1\"; test -e /tmp/go; echo whole > \"$1\"",
                ["/tmp/half state"]
            )
            var recipe = Recipe(
                name: "live",
                steps: [
                    RecipeStep("succeed", ["touch", "/tmp/$(first)"]),
                    RecipeStep("print much", RecipeStep.script("yes 0123456789abcde | head -n 65536")),
                    RecipeStep("print to both", RecipeStep.script("echo out; echo err >&2")),
                    RecipeStep(
                        "leave half",
                        half,
                        completion: .mark(unless: ["grep", "-q", "whole", "/tmp/half state"])
                    ),
                    RecipeStep(
                        "work elsewhere",
                        RecipeStep.script("pwd; echo \"$COLOUR\""),
                        directory: "/var/log",
                        environment: ["COLOUR=$(red)"]
                    ),
                ]
            )
            let failure = try #require(await run(recipe))
            #expect(failure.kind == .stepFailed)
            #expect(failure.message.contains("leave half"))
            var first = seen.take()
            #expect(first.outcomes == ["succeed done", "print much done", "print to both done"])
            #expect(first.byteCount >= 1 << 20)
            #expect(first.lines.contains("out") && first.lines.contains("err"))
            #expect(try await output(engine, name, ["cat", "/tmp/half state"]) == ["begun"])

            _ = try await output(engine, name, ["touch", "/tmp/go"])
            #expect(await run(recipe) == nil)
            first = seen.take()
            #expect(
                first.outcomes == [
                    "succeed skipped", "print much skipped", "print to both skipped", "leave half done",
                    "work elsewhere done",
                ]
            )
            #expect(first.lines == ["/var/log", "$(red)"])
            #expect(try await output(engine, name, ["ls", "/tmp/$(first)"]) == ["/tmp/$(first)"])

            _ = try await output(engine, name, ["sh", "-c", "echo begun > '/tmp/half state'"])
            recipe.steps[4].command = ["true"]
            #expect(await run(recipe) == nil)
            #expect(seen.take().outcomes.suffix(2) == ["leave half done", "work elsewhere done"])
        }
    }

    @Test func aStepThatHangsIsKilledWithWhatItStarted() async throws {
        try await withContainer { (engine: Engine, name: String) async throws in
            let seen = Seen()
            let host = ContainerHost(engine: engine, container: name)
            let hang = RecipeStep(
                "hang",
                RecipeStep.script("echo waiting; sleep 543 & sleep 544"),
                timeout: .seconds(2)
            )
            let recipe = Recipe(name: "live", steps: [hang])
            await #expect {
                try await RecipeRunner(recipe, host: host, observer: seen).run()
            } throws: { error in
                let error = error as? PairError
                return error?.kind == .timedOut && error?.lastLines == ["waiting"]
            }
            let processes = try await output(engine, name, ["ps", "-o", "args"])
            #expect(!processes.contains { $0.hasPrefix("sleep 54") })
        }
    }

    @Test func anArchiveArrivesWhole() async throws {
        try await withContainer { (engine: Engine, name: String) async throws in
            let gzip = GzipWriter()
            let content = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 7) }
            let entry = TarEntry(path: "it's $(big).bin", byteCount: content.count, mode: 0o640)
            var pieces: [[UInt8]] = []
            let archive =
                TarWriter.header(of: entry) + content + TarWriter.padding(behind: content.count) + TarWriter.end
            for start in stride(from: 0, to: archive.count, by: 100_000) {
                pieces.append(try gzip.append(Array(archive[start..<min(start + 100_000, archive.count)])))
            }
            pieces.append(try gzip.finish())
            let source = ArchivePieces(pieces)
            try await engine.putArchive(to: name, path: "/tmp") { source.next() }
            let sum = try await output(engine, name, ["sha256sum", "/tmp/it's $(big).bin"])
            let expected = Crypto.sha256(content).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            #expect(sum.first?.hasPrefix(expected) == true)
            await #expect(throws: DockerEngineError.self) {
                try await engine.putArchive(to: name, path: "/no/such") { [1] }
            }
        }
    }

    private final class ArchivePieces: @unchecked Sendable {
        // Sendable: touched under `mutex` only.
        private let mutex = PosixMutex()
        private var rest: ArraySlice<[UInt8]>
        init(_ pieces: [[UInt8]]) { rest = pieces[...] }
        func next() -> [UInt8]? { mutex.withLock { rest.popFirst() } }
    }

    @Test func logsEventsVolumesAndTheEnd() async throws {
        try await withContainer { (engine: Engine, name: String) async throws in
            let since = Int(WallClock.microseconds / 1_000_000)
            #expect(try await engine.killContainer(name, signal: "KILL"))
            #expect(try await engine.waitForContainer(name) == 137)
            #expect(try await engine.killContainer(name) == false)
            #expect(try await engine.stopContainer(name, seconds: 1) == .already)
            let died = LastLines(100)
            var filters = EngineFilters()
            filters.add("container", name)
            try await engine.events(filters, since: since, until: Int(WallClock.microseconds / 1_000_000) + 1) {
                event in
                died.append(StreamOutput(.standardOutput, Array("\(event.type) \(event.action)\n".utf8)[...]))
            }
            #expect(died.finish().contains("container die"))
            let volume = "live-\(UUID().uuidString)"
            try await engine.createVolume(volume, labels: ["io.pgscylla.test": "1"])
            #expect(try await engine.hasVolume(volume))
            #expect(try await engine.removeVolume(volume))
            #expect(try await engine.removeVolume(volume) == false)
            var spec = ContainerSpec(image: Self.image)
            spec.command = ["sh", "-c", "for i in 1 2 3; do echo line $i; done; echo last >&2; exit 4"]
            let other = "live-\(UUID().uuidString)"
            spec.network = "none"
            _ = try await engine.createContainer(other, spec)
            let lines = LastLines(10)
            _ = try await engine.startContainer(other)
            let description = try #require(try await engine.container(other))
            try await engine.logs(of: description, follows: true) { lines.append($0) }
            #expect(Set(lines.finish()) == ["line 1", "line 2", "line 3", "last"])
            #expect(try await engine.waitForContainer(other) == 4)
            _ = try await engine.removeContainer(other, removesVolumes: true, isForced: false)
        }
    }
}
