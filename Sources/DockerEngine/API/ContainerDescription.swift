package import WireKit

/// What the Engine says about a container (`/containers/{id}/json`).
package struct ContainerDescription: Hashable, Sendable {
    /// `State.Status`; the set is open.
    package struct Status: RawRepresentable, Hashable, Sendable {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        package static let created = Status(rawValue: "created")
        package static let running = Status(rawValue: "running")
        package static let exited = Status(rawValue: "exited")
        package static let paused = Status(rawValue: "paused")
        package static let restarting = Status(rawValue: "restarting")
        package static let removing = Status(rawValue: "removing")
        package static let dead = Status(rawValue: "dead")
    }

    /// A port of the container and where it is published at this moment.
    package struct Port: Hashable, Sendable {
        package let containerPort: UInt16
        package let hostAddress: String
        package let hostPort: UInt16
    }

    package let id: String
    package let name: String
    package let status: Status
    package let exitCode: Int
    /// What the Engine says went wrong at its start; empty when nothing did.
    package let startError: String
    package let wasKilledForMemory: Bool
    /// `healthy`, `unhealthy`, `starting`; nil when the image has no health check.
    package let health: String?
    /// What the last health check printed.
    package let healthOutput: String?
    package let image: String
    /// The image's own name of its content, which a tag may have left meanwhile.
    package let imageID: String
    package let labels: [String: String]
    package let hasTerminal: Bool
    package let addedCapabilities: [String]
    package let securityOptions: [String]
    package let ports: [Port]
    package let networks: [String]
    /// Volumes without a name of the user's, which go with the container.
    package let volumes: [String]

    /// - Returns: nil when the answer has no identity or state.
    package init?(_ json: JSON) {
        guard let id = json["Id"]?.string, let state = json["State"], let status = state["Status"]?.string else {
            return nil
        }
        self.id = id
        let name = json["Name"]?.string ?? ""
        self.name = name.hasPrefix("/") ? String(name.dropFirst()) : name
        self.status = Status(rawValue: status)
        exitCode = state["ExitCode"]?.integer ?? 0
        startError = state["Error"]?.string ?? ""
        wasKilledForMemory = state["OOMKilled"]?.boolean ?? false
        let health = state["Health"]
        self.health = health?["Status"]?.string.flatMap { $0 == "none" || $0.isEmpty ? nil : $0 }
        healthOutput = health?["Log"]?.array?.last?["Output"]?.string
        let config = json["Config"]
        image = config?["Image"]?.string ?? ""
        imageID = json["Image"]?.string ?? ""
        labels = config?["Labels"]?.stringMembers ?? [:]
        hasTerminal = config?["Tty"]?.boolean ?? false
        let host = json["HostConfig"]
        addedCapabilities = host?["CapAdd"]?.strings ?? []
        securityOptions = host?["SecurityOpt"]?.strings ?? []
        let settings = json["NetworkSettings"]
        ports = Self.ports(settings?["Ports"])
        networks = (settings?["Networks"]?.members ?? []).map(\.name)
        volumes = (json["Mounts"]?.array ?? []).filter { $0["Type"]?.string == "volume" }
            .compactMap { $0["Name"]?.string }
    }

    private static func ports(_ json: JSON?) -> [Port] {
        (json?.members ?? []).flatMap { member -> [Port] in
            let parts = member.name.split(separator: "/")
            guard parts.count == 2, parts[1] == "tcp", let containerPort = UInt16(parts[0]) else { return [] }
            return (member.value.array ?? []).compactMap { binding in
                guard let hostPort = binding["HostPort"]?.string.flatMap({ UInt16($0) }) else { return nil }
                return Port(
                    containerPort: containerPort,
                    hostAddress: binding["HostIp"]?.string ?? "",
                    hostPort: hostPort
                )
            }
        }
    }

    package var isRunning: Bool { status == .running }

    /// Where a port of the container can be reached; IPv4 before IPv6, as both are listed without an address.
    package func published(_ containerPort: UInt16) -> Port? {
        let published = ports.filter { $0.containerPort == containerPort }
        return published.first { !$0.hostAddress.contains(":") } ?? published.first
    }
}

/// A container in a list (`/containers/json`).
package struct ContainerSummary: Hashable, Sendable {
    package let id: String
    package let names: [String]
    package let image: String
    package let state: String
    package let labels: [String: String]

    package init?(_ json: JSON) {
        guard let id = json["Id"]?.string else { return nil }
        self.id = id
        names = (json["Names"]?.strings ?? []).map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 }
        image = json["Image"]?.string ?? ""
        state = json["State"]?.string ?? ""
        labels = json["Labels"]?.stringMembers ?? [:]
    }

    /// How messages call it.
    package var name: String { names.first ?? String(id.prefix(12)) }
}

/// A network (`/networks/{id}`).
package struct NetworkDescription: Hashable, Sendable {
    package let id: String
    package let name: String
    package let labels: [String: String]
    /// Names of the running containers in it.
    package let containers: [String]

    package init?(_ json: JSON) {
        guard let id = json["Id"]?.string, let name = json["Name"]?.string else { return nil }
        self.id = id
        self.name = name
        labels = json["Labels"]?.stringMembers ?? [:]
        containers = (json["Containers"]?.members ?? []).compactMap { $0.value["Name"]?.string }.sorted()
    }
}

/// An exec (`/exec/{id}/json`).
package struct ExecDescription: Hashable, Sendable {
    package let isRunning: Bool
    /// Nil while it runs.
    package let exitCode: Int?

    package init?(_ json: JSON) {
        guard let isRunning = json["Running"]?.boolean else { return nil }
        self.isRunning = isRunning
        exitCode = isRunning ? nil : json["ExitCode"]?.integer
    }
}

/// Something that happened (`/events`).
package struct EngineEvent: Hashable, Sendable {
    /// Such as `container`.
    package let type: String
    /// Such as `die`.
    package let action: String
    package let id: String
    package let attributes: [String: String]

    package init?(_ json: JSON) {
        guard let type = json["Type"]?.string, let action = json["Action"]?.string else { return nil }
        self.type = type
        self.action = action
        id = json["Actor"]?["ID"]?.string ?? ""
        attributes = json["Actor"]?["Attributes"]?.stringMembers ?? [:]
    }
}
