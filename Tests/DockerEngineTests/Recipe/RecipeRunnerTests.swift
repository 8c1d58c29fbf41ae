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

    /// The place of an UPDATE's columns moved with PostgreSQL 16, and once more with 18; the rest is put right everywhere.
    @Test(arguments: [14, 15, 16, 17, 18])
    func theExtensionIsAdapted(_ major: Int) async throws {
        let step = try #require(
            ForeignDataWrapperBuild(postgresMajor: major).recipe.steps.first { $0.name.hasPrefix("adapt") }
        )
        let folder = FileManager.default.temporaryDirectory.appending(path: "pgscylla-adapt-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let sources = [
            "scylla_fdw_modify.c": "#include \"scylla_fdw.h\"\n  Bitmapset *updatedCols = rte->updatedCols;\n",
            "scylla_deparse.c": "    bool quotes = false;\n    bool        need_quotes = false;\n",
            "Makefile":
                "OBJS = \\\n\tother.o \\\n\tscylla_connection.o\n\nscylla_connection.o: scylla_connection.cpp\n",
            "scylla_typemap.c": """
            #include "scylla_fdw.h"
            #define MSECS_PER_SEC 1000LL
            scylla_convert_to_pg(void *iterator)
            {
                switch (pg_type)
            }
            scylla_convert_from_pg(Datum value)
            {
                switch (pg_type)
            }
                case INT2OID:
                    int32 value = scylla_get_int32(iterator, col, is_null);
                    break;
                case INT4OID:
                    int32 value = scylla_get_int32(iterator, col, is_null);
                    scylla_bind_int32(statement, index, DatumGetInt32(value));
                    break;
                case INT2OID:
                    scylla_bind_int32(statement, index, DatumGetInt16(value));
                    break;
                case INETOID:
                    scylla_bind_string(statement, index, inet_str, strlen(inet_str));
                    break;
                case NUMERICOID:
                    decimal_str = scylla_get_decimal(iterator, col, is_null);
                    scylla_bind_decimal(statement, index, str);
                    break;

            """,
        ]
        func file(_ name: String) throws -> String {
            try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        }
        for (name, text) in sources {
            try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
        }
        let script = Array(step.command.prefix(5)) + [folder.path] + step.command.dropFirst(6)
        // A step that was interrupted is run again.
        for _ in 1...2 { _ = try await ChildProcess.require(script) }
        let place = [16, 17].contains(major) ? "getRTEPermissionInfo(root->parse->rteperminfos, rte)" : "rte"
        #expect(try file("scylla_fdw_modify.c").hasSuffix("\n  Bitmapset *updatedCols = \(place)->updatedCols;\n"))
        #expect(try file("scylla_fdw_modify.c").contains("parse_relation.h") == [16, 17].contains(major))
        #expect(try file("scylla_deparse.c") == "    bool quotes = false;\n    bool        need_quotes = true;\n")
        #expect(
            try file("Makefile")
                == "OBJS = \\\n\tother.o \\\n\tscylla_connection.o pgscylla_values.o\n\n"
                + "scylla_connection.o: scylla_connection.cpp\n"
        )
        #expect(
            try file("scylla_typemap.c") == """
                #include "scylla_fdw.h"
                #include "pgscylla_values.h"
                #define MSECS_PER_SEC 1000LL
                #include "pgscylla_arrays.h"
                scylla_convert_to_pg(void *iterator)
                {
                    switch (pg_type)
                }
                scylla_convert_from_pg(Datum value)
                {
                    if (pgscylla_bind_array(value, pg_type, statement, index)) return;
                    switch (pg_type)
                }
                    case INT2OID:
                        int32 value = pgscylla_get_int16(iterator, col, is_null);
                        break;
                    case INT4OID:
                        int32 value = scylla_get_int32(iterator, col, is_null);
                        scylla_bind_int32(statement, index, DatumGetInt32(value));
                        break;
                    case INT2OID:
                        PGSCYLLA_BIND(pgscylla_bind_int16(statement, index, DatumGetInt16(value)));
                        break;
                    case INETOID:
                        PGSCYLLA_BIND(pgscylla_bind_inet(statement, index, inet_str));
                        break;
                    case NUMERICOID:
                        decimal_str = pgscylla_get_decimal(iterator, col, is_null);
                        PGSCYLLA_BIND(pgscylla_bind_decimal(statement, index, str));
                        break;

                """
        )
    }
}
