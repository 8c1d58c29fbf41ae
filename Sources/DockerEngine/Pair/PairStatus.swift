/// What there is of the pair.
package struct PairStatus: Sendable {
    /// One container; nil where there is none.
    package let containers: [PairMember: ContainerDescription]
    package let hasNetwork: Bool

    /// Asks the Engine.
    ///
    /// - Throws: `PairError`.
    package init(_ configuration: PairConfiguration, on engine: Engine) async throws(PairError) {
        var found: [PairMember: ContainerDescription] = [:]
        do throws(DockerEngineError) {
            for member in PairMember.allCases {
                found[member] = try await engine.container(configuration.container(member))
            }
            hasNetwork = try await engine.network(configuration.network) != nil
        } catch {
            throw PairError("the pair cannot be looked up", error)
        }
        containers = found
    }
}

extension Engine {
    /// The host at which a published port can be reached from here.
    package nonisolated func reachableHost(of port: ContainerDescription.Port) -> String {
        let everywhere = ["", "0.0.0.0", "::"]
        return everywhere.contains(port.hostAddress) || !address.isLocal ? address.publishedHost : port.hostAddress
    }
}
