import PosixIO
import WireKit

/// A place where an Engine may be, and why it is looked for there.
package struct EngineCandidate: Equatable, Sendable {
    package enum Source: Hashable, Sendable {
        case hostVariable
        case context(String)
        case usualSocket(String)
    }

    package let source: Source
    package let address: EngineAddress

    package init(source: Source, address: EngineAddress) {
        self.source = source
        self.address = address
    }
}

extension EngineCandidate: CustomStringConvertible {
    package var description: String {
        switch source {
        case .hostVariable: "\(address) (DOCKER_HOST)"
        case .context(let name): "\(address) (context \(name))"
        case .usualSocket(let owner): "\(address) (\(owner))"
        }
    }
}

extension DockerEnvironment {
    /// Where to look: what the user chose, `DOCKER_HOST` before `DOCKER_CONTEXT` before the configuration's current
    /// context, as for the Docker CLI; without a choice, every usual socket in order.
    ///
    /// Where the chosen Engine is not to be had, nothing else is looked for: `destroy` in another would be a surprise.
    ///
    /// - Throws: `EngineAddress.Unusable` when what the user chose cannot be used.
    package func candidates() throws(EngineAddress.Unusable) -> [EngineCandidate] {
        if let chosen = try chosenCandidate() { return [chosen] }
        return usualSockets
    }

    private func chosenCandidate() throws(EngineAddress.Unusable) -> EngineCandidate? {
        if let host = variable("DOCKER_HOST") {
            return EngineCandidate(source: .hostVariable, address: try EngineAddress(host, tls: hostTLS))
        }
        var name = variable("DOCKER_CONTEXT")
        if name == nil { name = try configuration().currentContext }
        guard let name, name != "default" else { return nil }
        return try context(name)
    }

    /// TLS as `DOCKER_TLS_VERIFY`, `DOCKER_TLS` and `DOCKER_CERT_PATH` ask for it; the first alone checks who answers.
    private var hostTLS: TLSClientConfiguration? {
        let verifies = variable("DOCKER_TLS_VERIFY") != nil
        guard verifies || variable("DOCKER_TLS") != nil || variable("DOCKER_CERT_PATH") != nil else { return nil }
        return tls(folder: variable("DOCKER_CERT_PATH") ?? configurationFolder, verifies: verifies)
    }

    private func tls(folder: String, verifies: Bool) -> TLSClientConfiguration {
        let roots = "\(folder)/ca.pem"
        let identity =
            hasFile("\(folder)/cert.pem")
            ? TLSIdentity(certificateChainPath: "\(folder)/cert.pem", privateKeyPath: "\(folder)/key.pem") : nil
        let trust: CertificateVerification =
            verifies ? .full(hasFile(roots) ? .file(path: roots) : .system) : .none
        return TLSClientConfiguration(verification: trust, identity: identity)
    }

    /// A context of the Docker CLI: `meta.json` in a folder that is called after the SHA-256 of its name.
    private func context(_ name: String) throws(EngineAddress.Unusable) -> EngineCandidate {
        let folder = Crypto.sha256(Array(name.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let path = "\(configurationFolder)/contexts/meta/\(folder)/meta.json"
        guard let json = try json(path) else {
            throw EngineAddress.Unusable(
                description: "the Docker context \"\(name)\" does not exist (no \(path)); see \"docker context ls\""
            )
        }
        let endpoint = json["Endpoints"]?["docker"]
        guard let host = endpoint?["Host"]?.string, !host.isEmpty else {
            throw EngineAddress.Unusable(description: "the Docker context \"\(name)\" names no host (\(path))")
        }
        let tlsFolder = "\(configurationFolder)/contexts/tls/\(folder)/docker"
        let hasTLS = ["ca.pem", "cert.pem"].contains { hasFile("\(tlsFolder)/\($0)") }
        let verifies = endpoint?["SkipTLSVerify"]?.boolean != true
        do throws(EngineAddress.Unusable) {
            return EngineCandidate(
                source: .context(name),
                address: try EngineAddress(host, tls: hasTLS ? tls(folder: tlsFolder, verifies: verifies) : nil)
            )
        } catch {
            throw EngineAddress.Unusable(description: "the Docker context \"\(name)\": \(error)")
        }
    }

    /// The sockets that installations leave.
    private var usualSockets: [EngineCandidate] {
        let runtime = variable("XDG_RUNTIME_DIR") ?? "/run/user/\(userID)"
        let paths = [
            ("the system's", "/var/run/docker.sock"),
            ("rootless", "\(runtime)/docker.sock"),
            ("Docker Desktop", "\(home)/.docker/run/docker.sock"),
            ("Docker Desktop", "\(home)/.docker/desktop/docker.sock"),
            ("Colima", "\(home)/.colima/default/docker.sock"),
            ("Colima", "\(home)/.config/colima/default/docker.sock"),
            ("Rancher Desktop", "\(home)/.rd/docker.sock"),
            ("OrbStack", "\(home)/.orbstack/run/docker.sock"),
            ("Podman, rootless", "\(runtime)/podman/podman.sock"),
            ("Podman", "/run/podman/podman.sock"),
            ("Podman machine", "\(home)/.local/share/containers/podman/machine/podman.sock"),
        ]
        return paths.map { owner, path in
            EngineCandidate(source: .usualSocket(owner), address: EngineAddress(endpoint: .unix(path: path)))
        }
    }
}
