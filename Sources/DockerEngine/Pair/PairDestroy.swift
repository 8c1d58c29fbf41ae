/// Finds and removes the pair: what carries our label, or one of the names that were given, and nothing else.
package struct PairDestroy: Sendable {
    /// What is there.
    package struct Inventory: Hashable, Sendable {
        package var containers: [ContainerSummary] = []
        package var networks: [NetworkDescription] = []

        package var isEmpty: Bool { containers.isEmpty && networks.isEmpty }

        /// A line for each.
        package var lines: [String] {
            containers.map { "container \($0.name) (\($0.image), \($0.state))" } + networks.map { "network \($0.name)" }
        }
    }

    private let engine: Engine
    private let configuration: PairConfiguration
    private let observer: any PairObserver
    /// Seconds until a container that does not end by itself is killed.
    private static let stopSeconds = 10

    package init(_ configuration: PairConfiguration, on engine: Engine, observer: any PairObserver) {
        self.configuration = configuration
        self.engine = engine
        self.observer = observer
    }

    /// What would be removed.
    ///
    /// - Throws: `PairError`.
    package func inventory() async throws(PairError) -> Inventory {
        do throws(DockerEngineError) {
            let labelled = EngineFilters(labels: [PairLabel.name])
            var inventory = Inventory()
            let all = try await engine.containers(EngineFilters(), includesStopped: true)
            let names = PairMember.allCases.map { configuration.container($0) }
            inventory.containers = all.filter { container in
                container.labels[PairLabel.name] != nil || container.names.contains { names.contains($0) }
            }
            inventory.networks = try await engine.networks(labelled)
            if !inventory.networks.contains(where: { $0.name == configuration.network }),
                let network = try await engine.network(configuration.network)
            {
                inventory.networks.append(network)
            }
            return inventory
        } catch {
            throw PairError("what is there cannot be listed", error)
        }
    }

    /// Stops and removes what was listed; what is gone already is fine.
    ///
    /// - Parameters:
    ///   - inventory: what was shown to the user.
    ///   - keepsVolumes: leaves the volumes without a name; those with one always stay.
    /// - Throws: `PairError`.
    package func remove(_ inventory: Inventory, keepsVolumes: Bool) async throws(PairError) {
        for container in inventory.containers { try await remove(container, keepsVolumes: keepsVolumes) }
        for network in inventory.networks { try await remove(network) }
    }

    private func remove(_ container: ContainerSummary, keepsVolumes: Bool) async throws(PairError) {
        do throws(DockerEngineError) {
            let volumes = keepsVolumes ? try await engine.container(container.id)?.volumes ?? [] : []
            _ = try await engine.stopContainer(container.id, seconds: Self.stopSeconds)
            // Forced: one that is paused, or restarts itself, can be removed no other way.
            let isRemoved = try await engine.removeContainer(
                container.id,
                removesVolumes: !keepsVolumes,
                isForced: true
            )
            observer.noted("container \(container.name): \(isRemoved ? "removed" : "was gone already")")
            if !volumes.isEmpty { observer.noted("kept volumes: \(volumes.joined(separator: ", "))") }
        } catch {
            throw PairError("the container \(container.name) cannot be removed", error)
        }
    }

    private func remove(_ network: NetworkDescription) async throws(PairError) {
        do throws(DockerEngineError) {
            let isRemoved = try await engine.removeNetwork(network.id)
            observer.noted("network \(network.name): \(isRemoved ? "removed" : "was gone already")")
        } catch {
            guard error.status == 403 else { throw PairError("the network \(network.name) cannot be removed", error) }
            let others = (try? await engine.network(network.id))?.containers ?? []
            throw PairError(
                .engine,
                "the network \(network.name) is in use by \(others.isEmpty ? "other containers" : others.joined(separator: ", "))",
                remedy: "remove them from it, and run \"pgscylla destroy\" again"
            )
        }
    }
}
