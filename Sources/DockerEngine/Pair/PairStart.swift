package import PosixIO

/// Brings both databases up, side by side, and leaves alone what runs already.
package struct PairStart: Sendable {
    private let engine: Engine
    private let environment: DockerEnvironment
    private let configuration: PairConfiguration
    private let probes: [PairMember: ReadinessProbe]
    private let observer: any PairObserver

    package init(
        _ configuration: PairConfiguration,
        on engine: Engine,
        environment: DockerEnvironment,
        probes: [PairMember: ReadinessProbe],
        observer: any PairObserver
    ) {
        self.engine = engine
        self.environment = environment
        self.configuration = configuration
        self.probes = probes
        self.observer = observer
    }

    /// Starts what does not run, and waits until both answer.
    ///
    /// What this run has made is removed again when it fails or is interrupted, unless it is to be kept.
    ///
    /// - Returns: both databases, PostgreSQL first.
    /// - Throws: `PairError` of the first that failed.
    package func run() async throws(PairError) -> [ReadyDatabase] {
        let made = MadeByThisRun()
        do throws(PairError) {
            try await ensureNetwork(made)
            let databases = try await bothUp(made)
            return databases
        } catch {
            await undo(made)
            throw error
        }
    }

    /// Installs gdb and PostgreSQL's symbols in its container, for those who debug.
    ///
    /// - Throws: `PairError` when a package cannot be had; the pair stays as it is.
    package func installDebuggers(log: AppendFile) async throws(PairError) {
        guard configuration.isForDebugging else { return }
        let host = ContainerHost(engine: engine, container: configuration.postgresContainer)
        let recipe = Recipe.debuggers(postgresMajor: configuration.postgresMajor)
        try await RecipeRunner(recipe, host: host, observer: observer, log: log).run()
    }

    // MARK: Network

    private func ensureNetwork(_ made: MadeByThisRun) async throws(PairError) {
        let name = configuration.network
        do throws(DockerEngineError) {
            guard try await engine.network(name) == nil else { return }
            try await uncancelled { () async throws(DockerEngineError) in
                guard try await engine.createNetwork(name, labels: [PairLabel.name: PairLabel.network]) else { return }
                await made.add(network: name)
                observer.noted("network \(name): created")
            }
        } catch {
            throw PairError("the network \(name) cannot be made", error)
        }
    }

    // MARK: Containers

    private func bothUp(_ made: MadeByThisRun) async throws(PairError) -> [ReadyDatabase] {
        let results = await withTaskGroup(of: Result<ReadyDatabase, PairError>.self) { group in
            for member in PairMember.allCases {
                group.addTask {
                    do throws(PairError) {
                        return .success(try await up(member, made))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            var results: [Result<ReadyDatabase, PairError>] = []
            for await result in group {
                results.append(result)
                if case .failure = result { group.cancelAll() }
            }
            return results
        }
        var databases: [ReadyDatabase] = []
        // In the order of their ends: the first failure is the one that counts, the others were told to stop.
        for result in results { databases.append(try result.get()) }
        return databases.sorted { one, _ in one.member == .postgres }
    }

    private func up(_ member: PairMember, _ made: MadeByThisRun) async throws(PairError) -> ReadyDatabase {
        let container = PairContainer(member, configuration, on: engine, observer: observer)
        if configuration.pullPolicy == .always { try await images.pull(configuration.image(member)) }
        var origin = try await container.find()
        if origin == .absent {
            try await images.ensure(configuration.image(member), configuration.pullPolicy)
            try await create(container, made)
            origin = .created
        }
        let description = try await container.start(from: origin)
        let waiting = ReadinessWait(
            member,
            configuration,
            on: engine,
            probe: probes[member] ?? { _, _ in .unreachable(reason: "nobody asks") },
            observer: observer
        )
        return try await waiting.run(description, isNew: origin == .created)
    }

    /// Makes the container and notes it, to its end: the Engine makes it even when its answer is not waited for.
    private func create(_ container: PairContainer, _ made: MadeByThisRun) async throws(PairError) {
        if Task.isCancelled { throw PairError(.interrupted, "interrupted") }
        try await uncancelled { () async throws(PairError) in
            await made.add(container: try await container.create())
        }
    }

    private var images: PairImages {
        PairImages(engine: engine, environment: environment, observer: observer)
    }

    // MARK: Undoing

    /// Removes what this run has made, also after an interrupt.
    private func undo(_ made: MadeByThisRun) async {
        let (containers, network) = await made.all
        guard !containers.isEmpty || network != nil else { return }
        guard !configuration.keepsAfterFailure else {
            let names = containers + (network.map { ["network \($0)"] } ?? [])
            return observer.noted("kept: \(names.joined(separator: ", ")); \"pgscylla destroy\" removes them")
        }
        let failures = await uncancelled { () async -> [DockerEngineError] in
            var failures: [DockerEngineError] = []
            for container in containers {
                do throws(DockerEngineError) {
                    _ = try await engine.removeContainer(container, removesVolumes: true, isForced: true)
                } catch {
                    failures.append(error)
                }
            }
            guard let network else { return failures }
            do throws(DockerEngineError) {
                _ = try await engine.removeNetwork(network)
            } catch {
                failures.append(error)
            }
            return failures
        }
        for failure in failures { observer.noted("not removed: \(failure)") }
        observer.noted(
            failures.isEmpty
                ? "what this run had made is removed; --keep would leave it"
                : "some of what this run had made is left; \"pgscylla destroy\" removes it"
        )
    }
}

/// What a start has to take back when it fails.
private actor MadeByThisRun {
    private var containers: [String] = []
    private var network: String?

    func add(container: String) { containers.append(container) }
    func add(network: String) { self.network = network }
    var all: (containers: [String], network: String?) { (containers, network) }
}

/// Runs `body` to its end although the surrounding task was cancelled: what it makes must be known, and what it cleans
/// up would stay for ever.
///
/// A task of its own does not inherit the cancellation; it is waited for at once, so it does not outlive its caller.
///
/// - Throws: what `body` throws.
func uncancelled<T: Sendable, E: Error>(
    _ body: @escaping @Sendable () async throws(E) -> T
) async throws(E) -> T {
    let task = Task { () async -> Result<T, E> in
        do throws(E) {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }
    return try await task.value.get()
}
