import DockerEngine
import Foundation
import PosixIO
import TestSupport
import Testing

@Suite struct RecipeRunnerTests {
    /// A container that is none: it keeps marks, and does with the commands of steps what it is told to.
    final class PretendHost: RecipeHost, @unchecked Sendable {
        // Sendable: everything is touched under `mutex` only.
        let name = "c"
        private let mutex = PosixMutex()
        private var marks: [String: String] = [:]
        private var behaviours: [String: Int] = [:]
        private var ranSteps: [String] = []
        private var killCount = 0

        func behave(_ command: String, _ status: Int) { mutex.withLock { behaviours[command] = status } }
        func takeSteps() -> [String] {
            mutex.withLock {
                defer { ranSteps = [] }
                return ranSteps
            }
        }
        var kills: Int { mutex.withLock { killCount } }

        func run(
            _ spec: ExecSpec,
            timeout: Duration?,
            written: @Sendable (StreamOutput) -> Void
        ) async throws(DockerEngineError) -> Int {
            let command = spec.command
            if command[0] == "mkdir" { return 0 }
            if command[0] == "cat" {
                guard let mark = mutex.withLock({ marks[command[2]] }) else { return 1 }
                written(StreamOutput(.standardOutput, Array("\(mark)\n".utf8)[...]))
                return 0
            }
            if command.count > 3, command[3].contains("printf") {
                mutex.withLock { marks[command[5]] = command[6] }
                return 0
            }
            if command.count > 3, command[3].contains("kill") {
                mutex.withLock { killCount += 1 }
                return 0
            }
            guard command.count > 6, command[3].contains("exec") else {
                return mutex.withLock { behaviours[command[0]] ?? 0 }
            }
            let step = command[6]
            mutex.withLock { ranSteps.append(step) }
            written(StreamOutput(.standardOutput, Array("\(step) begins\nand".utf8)[...]))
            written(StreamOutput(.standardError, Array("\(step) warns\n".utf8)[...]))
            written(StreamOutput(.standardOutput, Array(" goes on".utf8)[...]))
            let status = mutex.withLock { behaviours[step] ?? 0 }
            if status == -1 { throw .transport(.timedOut(operation: "waiting", peer: "x")) }
            if status == -2 { throw .cancelled }
            return status
        }
    }

    struct Quiet: PairObserver {
        func noted(_ message: String) {}
        func pulled(_ image: String, _ progress: PullProgress) {}
        func began(step: String, number: Int, count: Int) {}
        func wrote(line: String) {}
        func ended(step: String, outcome: StepOutcome) {}
    }

    private func recipe(_ commands: [String]) -> Recipe {
        Recipe(name: "test", steps: commands.map { RecipeStep("do \($0)", [$0]) })
    }

    private func run(_ recipe: Recipe, _ host: PretendHost) async -> PairError? {
        do {
            try await RecipeRunner(recipe, host: host, observer: Quiet()).run()
            return nil
        } catch {
            return error
        }
    }

    @Test func whatIsDoneIsNotDoneAgain() async {
        let host = PretendHost()
        #expect(await run(recipe(["a", "b"]), host) == nil)
        #expect(host.takeSteps() == ["a", "b"])
        #expect(await run(recipe(["a", "b"]), host) == nil)
        #expect(host.takeSteps().isEmpty)
    }

    @Test func afterAFailureARunGoesOnWhereItStopped() async throws {
        let host = PretendHost()
        host.behave("b", 3)
        let error = try #require(await run(recipe(["a", "b", "c"]), host))
        #expect(error.kind == .stepFailed)
        #expect(error.description.contains("\"do b\" in c failed with status 3"))
        #expect(error.lastLines == ["b begins", "b warns", "and goes on"])
        #expect(host.takeSteps() == ["a", "b"])
        host.behave("b", 0)
        #expect(await run(recipe(["a", "b", "c"]), host) == nil)
        #expect(host.takeSteps() == ["b", "c"])
    }

    @Test func aChangedStepMakesAllBehindItAnew() async {
        let host = PretendHost()
        #expect(await run(recipe(["a", "b", "c"]), host) == nil)
        _ = host.takeSteps()
        #expect(await run(recipe(["a", "B", "c"]), host) == nil)
        #expect(host.takeSteps() == ["B", "c"])
    }

    @Test func aResultThatIsGoneIsMadeAgainWithAllBehindIt() async {
        let host = PretendHost()
        var recipe = recipe(["a", "b", "c"])
        recipe.steps[1].completion = .mark(unless: ["is-there"])
        #expect(await run(recipe, host) == nil)
        _ = host.takeSteps()
        host.behave("is-there", 1)
        #expect(await run(recipe, host) == nil)
        #expect(host.takeSteps() == ["b", "c"])
    }

    @Test func aCheckAloneDecidesWhoeverMadeIt() async {
        let host = PretendHost()
        var recipe = recipe(["a", "b"])
        recipe.steps[0].completion = .check(["is-there"])
        recipe.steps[1].completion = .never
        #expect(await run(recipe, host) == nil)
        #expect(host.takeSteps() == ["b"])
        host.behave("is-there", 1)
        #expect(await run(recipe, host) == nil)
        #expect(host.takeSteps() == ["a", "b"])
    }

    @Test func proxiesAreNoPartOfAResult() async {
        let host = PretendHost()
        var recipe = recipe(["a"])
        #expect(await run(recipe, host) == nil)
        _ = host.takeSteps()
        recipe.ambientEnvironment = ["http_proxy=http://p:1"]
        #expect(await run(recipe, host) == nil)
        #expect(host.takeSteps().isEmpty)
        recipe.steps[0].environment = ["X=1"]
        #expect(await run(recipe, host) == nil)
        #expect(host.takeSteps() == ["a"])
    }

    @Test(arguments: [(-1, PairError.Kind.timedOut), (-2, .interrupted)])
    func aStepThatHangsOrIsInterruptedIsKilled(_ behaviour: Int, _ kind: PairError.Kind) async throws {
        let host = PretendHost()
        host.behave("a", behaviour)
        let error = try #require(await run(recipe(["a", "b"]), host))
        #expect(error.kind == kind)
        #expect(error.message.contains("do a"))
        #expect(host.kills == 1)
        host.behave("a", 0)
        #expect(await run(recipe(["a", "b"]), host) == nil)
        #expect(host.takeSteps() == ["a", "a", "b"])
    }

    @Test func theBuildIsData() {
        var build = ForeignDataWrapperBuild(postgresMajor: 16)
        build.revision = "$(touch /tmp/x)"
        build.proxies = ["https_proxy=http://p:3128"]
        let recipe = build.recipe
        #expect(recipe.ambientEnvironment == ["https_proxy=http://p:3128"])
        #expect(
            recipe.steps.map(\.name) == [
                "install compilers and libraries", "install Rust 1.90.0", "fetch cpp-rs-driver",
                "configure cpp-rs-driver",
                "build cpp-rs-driver", "install cpp-rs-driver", "fetch scylla_fdw",
                "adapt scylla_fdw to PostgreSQL 16", "build scylla_fdw", "install scylla_fdw", "check scylla_fdw",
            ]
        )
        #expect(recipe.steps[0].command.contains("postgresql-server-dev-16"))
        // What the user typed is an argument of its own, never a part of a script.
        #expect(recipe.steps[6].command.last == "$(touch /tmp/x)")
        for step in recipe.steps where step.command.first == "sh" { #expect(!step.command[3].contains("/tmp/x")) }
        build.hasDriverSource = true
        build.hasExtensionSource = true
        #expect(!build.recipe.steps.contains { $0.command.contains { $0.contains("github.com") } })
    }

    /// The place of an UPDATE's columns moved with PostgreSQL 16, and once more with 18.
    @Test(arguments: [14, 15, 16, 17, 18])
    func theExtensionIsAdaptedWhereTheServerMoved(_ major: Int) async throws {
        let step = ForeignDataWrapperBuild(postgresMajor: major).recipe.steps.first { $0.name.hasPrefix("adapt") }
        #expect((step != nil) == [16, 17].contains(major))
        guard let step else { return }
        let folder = FileManager.default.temporaryDirectory.appending(path: "pgscylla-adapt-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "scylla_fdw_modify.c")
        try "#include \"scylla_fdw.h\"\n  Bitmapset *updatedCols = rte->updatedCols;\n".write(
            to: file,
            atomically: true,
            encoding: .utf8
        )
        let adapted = """
            #include "scylla_fdw.h"
            #include "parser/parse_relation.h"
              Bitmapset *updatedCols = getRTEPermissionInfo(root->parse->rteperminfos, rte)->updatedCols;

            """
        _ = try await ChildProcess.require(step.command.dropLast() + [folder.path])
        #expect(try String(contentsOf: file, encoding: .utf8) == adapted)
    }
}
