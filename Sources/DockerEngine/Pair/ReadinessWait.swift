import PosixIO

/// A database of the pair that answers.
package struct ReadyDatabase: Hashable, Sendable {
    package let member: PairMember
    package let container: String
    /// As the database says it; empty when only an inside check was possible.
    package let version: String
    /// Where it can be reached from here.
    package let host: String
    package let ports: [ContainerDescription.Port]
    /// Its port cannot be reached from here: it answers inside of its container.
    package let isReachableInsideOnly: Bool

    /// The host's port for one of the container's; nil when it is not published.
    package func port(_ containerPort: UInt16) -> UInt16? {
        ports.first { $0.containerPort == containerPort }?.hostPort
    }
}

/// Waits until a database does what it is for: not until its port accepts, which the Engine sees to long before.
struct ReadinessWait: Sendable {
    private let member: PairMember
    private let configuration: PairConfiguration
    private let engine: Engine
    private let probe: ReadinessProbe
    private let observer: any PairObserver

    private static let interval = Duration.milliseconds(250)
    /// How long a database must have answered inside its container before we believe that its port cannot be reached.
    private static let insideOnlyPatience = Duration.seconds(10)
    private static let lastLineCount = 20

    init(
        _ member: PairMember,
        _ configuration: PairConfiguration,
        on engine: Engine,
        probe: @escaping ReadinessProbe,
        observer: any PairObserver
    ) {
        self.member = member
        self.configuration = configuration
        self.engine = engine
        self.probe = probe
        self.observer = observer
    }

    /// Waits.
    ///
    /// - Throws: `PairError`: exited, unhealthy, refused, timed out, interrupted.
    func run(_ started: ContainerDescription, isNew: Bool) async throws(PairError) -> ReadyDatabase {
        let deadline = ContinuousClock.now + configuration.timeout
        var insideSince: ContinuousClock.Instant?
        var last = "nothing answered yet"
        while true {
            let container = try await current(started)
            if let published = container.published(member.mainPort) {
                let host = engine.reachableHost(of: published)
                switch await probe(host, published.hostPort) {
                case .ready(let version):
                    return ready(container, host, version: version)
                case .refused(let reason):
                    throw refused(reason, host, published.hostPort, isNew: isNew)
                case .notYet(let reason):
                    last = reason
                    insideSince = nil
                case .unreachable(let reason):
                    last = reason
                    insideSince = await answersInside(container) ? insideSince ?? .now : nil
                }
            } else {
                last = "port \(member.mainPort) is not published"
                insideSince = await answersInside(container) ? insideSince ?? .now : nil
            }
            if let insideSince, .now - insideSince >= Self.insideOnlyPatience {
                return insideOnly(container, last)
            }
            try await checkHealth(container)
            if ContinuousClock.now >= deadline { throw await timedOut(container, last) }
            try await pause()
        }
    }

    private func pause() async throws(PairError) {
        do throws(TransportError) {
            try await engine.pause(Self.interval)
        } catch {
            throw PairError(.interrupted, "interrupted while waiting for \(member.title)")
        }
    }

    private func ready(_ container: ContainerDescription, _ host: String, version: String) -> ReadyDatabase {
        observer.noted("\(container.name): \(member.title) \(version) answers")
        return ReadyDatabase(
            member: member,
            container: container.name,
            version: version,
            host: host,
            ports: container.ports,
            isReachableInsideOnly: false
        )
    }

    private func insideOnly(_ container: ContainerDescription, _ reason: String) -> ReadyDatabase {
        observer.noted("\(container.name): \(member.title) answers inside its container, but not from here: \(reason)")
        return ReadyDatabase(
            member: member,
            container: container.name,
            version: "",
            host: engine.address.publishedHost,
            ports: container.ports,
            isReachableInsideOnly: true
        )
    }

    private func answersInside(_ container: ContainerDescription) async -> Bool {
        let status = try? await engine.run(ExecSpec(member.insideCheck), in: container.id, timeout: .seconds(10)) { _ in
        }
        return status == 0
    }

    // MARK: Failures

    private func current(_ started: ContainerDescription) async throws(PairError) -> ContainerDescription {
        let container: ContainerDescription?
        do throws(DockerEngineError) {
            container = try await engine.container(started.id)
        } catch {
            throw PairError("the container \(started.name) cannot be looked up", error)
        }
        guard let container else {
            throw PairError(.engine, "the container \(started.name) has been removed by somebody else")
        }
        if container.isRunning { return container }
        let lines = await lastLines(of: container)
        let cause = container.wasKilledForMemory ? ", killed for lack of memory," : ""
        throw PairError(
            .exited,
            "the container \(container.name) has ended\(cause) with status \(container.exitCode)",
            remedy: container.wasKilledForMemory
                ? "give the Engine more memory" : "its log tells why; \"pgscylla destroy\" and start again",
            lastLines: lines
        )
    }

    private func checkHealth(_ container: ContainerDescription) async throws(PairError) {
        guard container.health == "unhealthy" else { return }
        let output = (container.healthOutput ?? "").split(whereSeparator: \.isNewline).joined(separator: " ")
        throw PairError(
            .unhealthy,
            "the container \(container.name) is unhealthy: \(output.isEmpty ? "its check prints nothing" : output)",
            remedy: "see \"docker logs \(container.name)\"",
            lastLines: await lastLines(of: container)
        )
    }

    private func refused(_ reason: String, _ host: String, _ port: UInt16, isNew: Bool) -> PairError {
        PairError(
            .refused,
            "\(member.title) at \(host):\(port) answers and refuses: \(reason)",
            remedy: isNew
                ? "the image sets up other credentials than it was asked for"
                : "the container was set up with other credentials: \"pgscylla destroy\" removes it with its data"
        )
    }

    private func timedOut(_ container: ContainerDescription, _ last: String) async -> PairError {
        PairError(
            .timedOut,
            "\(member.title) in \(container.name) did not answer within \(configuration.timeout.components.seconds) s: \(last)",
            remedy: "give it longer with --timeout",
            lastLines: await lastLines(of: container)
        )
    }

    private func lastLines(of container: ContainerDescription) async -> [String] {
        let lines = LastLines(Self.lastLineCount)
        try? await engine.logs(of: container, follows: false, tail: Self.lastLineCount) { lines.append($0) }
        return lines.finish()
    }
}

extension Engine {
    /// Suspends for `duration`.
    ///
    /// - Throws: `TransportError.cancelled`.
    func pause(_ duration: Duration) async throws(TransportError) { try await loop.sleep(for: duration) }
}
