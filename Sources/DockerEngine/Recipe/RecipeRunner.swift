package import PosixIO

/// Where the commands of a recipe run.
package protocol RecipeHost: Sendable {
    /// As messages call it.
    var name: String { get }

    /// Runs a command to its end and hands on what it writes.
    ///
    /// - Returns: its exit status.
    /// - Throws: `DockerEngineError`: timed out too; the command may go on then.
    func run(
        _ spec: ExecSpec,
        timeout: Duration?,
        written: @Sendable (StreamOutput) -> Void
    ) async throws(DockerEngineError) -> Int
}

/// A running container, in which commands run as root.
package struct ContainerHost: RecipeHost {
    private let engine: Engine
    package let name: String

    package init(engine: Engine, container: String) {
        self.engine = engine
        name = container
    }

    package func run(
        _ spec: ExecSpec,
        timeout: Duration?,
        written: @Sendable (StreamOutput) -> Void
    ) async throws(DockerEngineError) -> Int {
        var spec = spec
        spec.user = "0"
        return try await engine.run(spec, in: name, timeout: timeout, written: written)
    }
}

/// Runs a recipe from its first step that is not done.
package struct RecipeRunner: Sendable {
    private let recipe: Recipe
    private let host: any RecipeHost
    private let observer: any PairObserver
    /// Takes every line; nil keeps none.
    private let log: RecipeLog?

    private static let lastLineCount = 20
    /// For the small commands around the steps.
    private static let patience = Duration.seconds(60)

    package init(_ recipe: Recipe, host: any RecipeHost, observer: any PairObserver, log: AppendFile? = nil) {
        self.recipe = recipe
        self.host = host
        self.observer = observer
        self.log = log.map { RecipeLog($0) }
    }

    /// Runs it.
    ///
    /// A step that hangs, or is interrupted, is killed with everything that it started.
    ///
    /// - Throws: `PairError` (step failed, timed out, interrupted, file) naming the step, with its last lines.
    package func run() async throws(PairError) {
        try await prepare()
        // What a step before has made anew, no mark of a later one knows of.
        var isAnew = false
        for (index, step) in recipe.steps.enumerated() {
            observer.began(step: step.name, number: index + 1, count: recipe.steps.count)
            if !isAnew || isCheckAlone(step), try await isDone(step, index) {
                observer.ended(step: step.name, outcome: .skipped)
                continue
            }
            let began = ContinuousClock.now
            try await run(step)
            try await mark(step, index)
            if !isCheckAlone(step), step.completion != .never { isAnew = true }
            observer.ended(step: step.name, outcome: .done(.now - began))
        }
    }

    private func isCheckAlone(_ step: RecipeStep) -> Bool {
        if case .check = step.completion { true } else { false }
    }

    // MARK: Whether it is done

    private func prepare() async throws(PairError) {
        try await require(["mkdir", "-p", "--", recipe.markFolder], "the marks of \(recipe.name) cannot be kept")
    }

    private func isDone(_ step: RecipeStep, _ index: Int) async throws(PairError) -> Bool {
        switch step.completion {
        case .never: return false
        case .check(let command): return try await quiet(spec(step, command)).status == 0
        case .mark(let command):
            let found = try await quiet(ExecSpec(["cat", "--", markPath(index)]))
            guard found.status == 0, found.lines.joined(separator: "\n") == markContent(index) else { return false }
            guard let command else { return true }
            return try await quiet(spec(step, command)).status == 0
        }
    }

    private func mark(_ step: RecipeStep, _ index: Int) async throws(PairError) {
        guard case .mark = step.completion else { return }
        // First beside it, so that a mark is whole or not there.
        let script = "printf '%s\\n' \"$2\" > \"$1.new\" && mv -- \"$1.new\" \"$1\""
        try await require(
            RecipeStep.script(script, [markPath(index), markContent(index)]),
            "the mark of \"\(step.name)\" cannot be written"
        )
    }

    private func markPath(_ index: Int) -> String { "\(recipe.markFolder)/step-\(index + 1)" }

    private func markContent(_ index: Int) -> String {
        Crypto.sha256(Array(recipe.fingerprint(of: index).utf8))
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    // MARK: Running it

    private var processPath: String { "\(recipe.markFolder)/running" }

    private func run(_ step: RecipeStep) async throws(PairError) {
        log?.write(line: "==> \(step.name)")
        let lines = LastLines(Self.lastLineCount)
        // Its own number is left where we find it again: the Engine cannot end what it has started.
        let command = RecipeStep.script("echo $$ > \"$1\"; shift; exec \"$@\"", [processPath] + step.command)
        let status: Int
        do throws(DockerEngineError) {
            status = try await host.run(spec(step, command), timeout: step.timeout) { output in
                for line in lines.append(output) {
                    observer.wrote(line: line)
                    log?.write(line: line)
                }
            }
        } catch {
            throw await ended(step, by: error, lines.finish())
        }
        guard status != 0 else { return }
        throw PairError(
            .stepFailed,
            "\"\(step.name)\" in \(host.name) failed with status \(status)",
            remedy: remedy,
            lastLines: lines.finish()
        )
    }

    private var remedy: String {
        let whole = log.map { "the whole log is in \($0.path); " } ?? ""
        return "\(whole)run it again when the cause is gone: what is done is not repeated"
    }

    private func ended(_ step: RecipeStep, by error: DockerEngineError, _ lines: [String]) async -> PairError {
        switch error {
        case .transport(.timedOut), .transport(.cancelled):
            // A step runs in a session of its own, whose leader has the number that it left.
            let script = """
                p=$(cat "$1") && kill -TERM "-$p" 2>/dev/null || exit 0
                sleep 1
                kill -KILL "-$p" 2>/dev/null || true
                """
            await uncancelled {
                _ = try? await host.run(
                    ExecSpec(RecipeStep.script(script, [processPath])),
                    timeout: .seconds(15)
                ) { _ in }
            }
            if error.isCancellation {
                return PairError(.interrupted, "interrupted during \"\(step.name)\"", lastLines: lines)
            }
            return PairError(
                .timedOut,
                "\"\(step.name)\" in \(host.name) did not end within \(step.timeout.components.seconds) s and was killed",
                remedy: remedy,
                lastLines: lines
            )
        default:
            return PairError("\"\(step.name)\" in \(host.name)", error)
        }
    }

    private func spec(_ step: RecipeStep, _ command: [String]) -> ExecSpec {
        var spec = ExecSpec(command)
        spec.environment = recipe.ambientEnvironment + step.environment
        spec.workingDirectory = step.directory
        return spec
    }

    /// Runs a small command and returns what it printed.
    private func quiet(_ spec: ExecSpec) async throws(PairError) -> (status: Int, lines: [String]) {
        let lines = LastLines(Self.lastLineCount)
        do throws(DockerEngineError) {
            let status = try await host.run(spec, timeout: Self.patience) { lines.append($0) }
            return (status, lines.finish())
        } catch {
            // A working directory that an earlier step has yet to make is no result.
            if case .refused = error, spec.workingDirectory != nil { return (1, []) }
            throw PairError("a command in \(host.name) could not be run", error)
        }
    }

    private func require(_ command: [String], _ failure: String) async throws(PairError) {
        let result = try await quiet(ExecSpec(command))
        guard result.status == 0 else {
            throw PairError(.stepFailed, "\(failure) in \(host.name)", lastLines: result.lines)
        }
    }
}

/// The whole output of a recipe's steps.
private final class RecipeLog: @unchecked Sendable {
    // Sendable: the file is touched under `mutex` only.
    private let mutex = PosixMutex()
    private let file: AppendFile
    let path: String

    init(_ file: AppendFile) {
        self.file = file
        path = file.path
    }

    /// What cannot be written is lost: the build itself goes on.
    func write(line: String) {
        mutex.withLock { try? file.append(Array((line + "\n").utf8)) }
    }
}
