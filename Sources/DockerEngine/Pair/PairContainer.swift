import PosixIO

/// One container of the pair, from nothing to running.
struct PairContainer: Sendable {
    /// What there was before.
    enum Origin: Hashable, Sendable {
        case absent
        /// Made by this run.
        case created
        case stopped
        case running
    }

    private let member: PairMember
    private let configuration: PairConfiguration
    private let engine: Engine
    private let observer: any PairObserver
    private var name: String { configuration.container(member) }

    init(_ member: PairMember, _ configuration: PairConfiguration, on engine: Engine, observer: any PairObserver) {
        self.member = member
        self.configuration = configuration
        self.engine = engine
        self.observer = observer
    }

    /// Looks for the container; one that is neither running nor startable is removed.
    ///
    /// - Throws: `PairError`: unusable, when it exists without what debuggers need.
    func find() async throws(PairError) -> Origin {
        guard let found = try await inspect() else { return .absent }
        switch found.status {
        case .running, .created, .exited:
            try check(found)
            return found.isRunning ? .running : .stopped
        default:
            observer.noted("\(name): is \(found.status.rawValue), and is made anew")
            do throws(DockerEngineError) {
                _ = try await engine.removeContainer(found.id, removesVolumes: true, isForced: true)
            } catch {
                throw PairError("the container \(name) cannot be removed", error)
            }
            return .absent
        }
    }

    /// What is there is kept as it is; where it is not what was asked for, that is said.
    private func check(_ found: ContainerDescription) throws(PairError) {
        let hasDebugRights =
            found.addedCapabilities.contains { $0 == PairConfiguration.debugCapability || $0 == "CAP_SYS_PTRACE" }
            && found.securityOptions.contains(PairConfiguration.debugSecurity)
        if configuration.isForDebugging, !hasDebugRights {
            throw PairError(
                .unusable,
                "the container \(name) exists and was made without what --debug adds",
                remedy: "remove it first, with \"pgscylla destroy\""
            )
        }
        if found.image != configuration.image(member) {
            observer.noted("\(name): exists, made from \(found.image) instead of \(configuration.image(member)); kept")
        }
    }

    /// Makes the container and returns its identity.
    ///
    /// - Throws: `PairError`.
    func create() async throws(PairError) -> String {
        let spec = configuration.spec(of: member, isEngineLocal: engine.address.isLocal)
        let creation: Engine.Creation
        do throws(DockerEngineError) {
            creation = try await engine.createContainer(name, spec)
        } catch {
            throw PairError("the container \(name) cannot be made", error)
        }
        switch creation {
        case .created(let id):
            observer.noted("\(name): created from \(spec.image)")
            return id
        case .nameTaken:
            throw PairError(
                .engine,
                "the container \(name) has just been made by somebody else",
                remedy: "run \"pgscylla start\" again"
            )
        }
    }

    /// Starts it if it does not run, and returns what it has become.
    ///
    /// - Throws: `PairError`: the port is taken, or why else the Engine could not start it.
    func start(from origin: Origin) async throws(PairError) -> ContainerDescription {
        if origin == .running {
            observer.noted("\(name): runs already")
        } else {
            do throws(DockerEngineError) {
                _ = try await engine.startContainer(name)
                observer.noted("\(name): started")
            } catch {
                throw await startFailure(error)
            }
        }
        guard let started = try await inspect() else {
            throw PairError(.engine, "the container \(name) has been removed by somebody else")
        }
        try await joinNetwork(started)
        return started
    }

    /// A container of former days may have lost its network, which was removed and made again.
    private func joinNetwork(_ container: ContainerDescription) async throws(PairError) {
        guard !container.networks.contains(configuration.network) else { return }
        do throws(DockerEngineError) {
            try await engine.connectNetwork(configuration.network, container: container.id)
        } catch {
            throw PairError("the container \(name) cannot join the network \(configuration.network)", error)
        }
    }

    private func inspect() async throws(PairError) -> ContainerDescription? {
        do throws(DockerEngineError) {
            return try await engine.container(name)
        } catch {
            throw PairError("the container \(name) cannot be looked up", error)
        }
    }

    // MARK: Why it did not start

    /// The Engine has one status for everything that goes wrong at a start, so we look ourselves who has the ports.
    private func startFailure(_ error: DockerEngineError) async -> PairError {
        let general = PairError("the container \(name) cannot be started", error)
        guard general.kind == .engine, error.status == 500 else { return general }
        let spec = configuration.spec(of: member, isEngineLocal: engine.address.isLocal)
        for port in spec.publishedPorts where port.hostPort != 0 {
            guard let owner = await owner(of: port) else { continue }
            return PairError(
                .portTaken,
                "port \(port.hostPort) for \(member.title) is taken by \(owner)",
                remedy: "stop that, or choose another port with \(option(for: port))"
            )
        }
        return general
    }

    private func owner(of port: ContainerSpec.PublishedPort) async -> String? {
        var filters = EngineFilters()
        filters.add("publish", String(port.hostPort))
        if let others = try? await engine.containers(filters, includesStopped: false),
            let other = others.first(where: { !$0.names.contains(name) })
        {
            return "the container \(other.name)"
        }
        guard engine.address.isLocal, await engine.isTaken(port) else { return nil }
        return "a program on this machine"
    }

    private func option(for port: ContainerSpec.PublishedPort) -> String {
        switch port.containerPort {
        case 9042: "--scylla-port"
        case 9142: "--scylla-tls-port"
        case 19042: "--scylla-shard-port"
        case 19142: "--scylla-shard-tls-port"
        default: "--postgres-port"
        }
    }
}

extension Engine {
    /// Whether somebody on this machine listens where a port should be published.
    func isTaken(_ port: ContainerSpec.PublishedPort) async -> Bool {
        do throws(TransportError) {
            let endpoint = Endpoint.tcp(host: port.hostAddress, port: port.hostPort)
            try await ListeningSocket.bind(to: endpoint, on: loop) { $0.close() }.close()
            return false
        } catch .syscall(let error, _) {
            return error.isAddressInUse
        } catch {
            return false
        }
    }
}
