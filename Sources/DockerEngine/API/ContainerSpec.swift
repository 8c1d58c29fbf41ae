package import WireKit

/// What a container is made from (`ContainerConfig` and `HostConfig` of the API); what is not given is the image's.
package struct ContainerSpec: Hashable, Sendable {
    /// A port of the container that can be reached from outside.
    package struct PublishedPort: Hashable, Sendable {
        package var containerPort: UInt16
        package var hostAddress: String
        /// 0 takes a free one, another one after each start.
        package var hostPort: UInt16

        package init(containerPort: UInt16, hostAddress: String, hostPort: UInt16) {
            self.containerPort = containerPort
            self.hostAddress = hostAddress
            self.hostPort = hostPort
        }

        var name: String { "\(containerPort)/tcp" }
    }

    package var image: String
    package var hostname: String?
    /// `NAME=value`.
    package var environment: [String] = []
    package var labels: [String: String] = [:]
    package var command: [String] = []
    package var exposedPorts: [UInt16] = []
    package var publishedPorts: [PublishedPort] = []
    package var network: String?
    package var addedCapabilities: [String] = []
    package var securityOptions: [String] = []
    /// Such as `volume:/path`.
    package var binds: [String] = []
    /// Bytes.
    package var memory: Int?
    package var sharedMemory: Int?
    package var stopSignal: String?
    /// Seconds until a stopped container is killed.
    package var stopTimeout: Int?

    package init(image: String) { self.image = image }

    /// Every port that is published is exposed too: bindings alone are ignored without a word.
    package var json: JSON {
        var members: [JSON.Member] = [.init("Image", .string(image))]
        if let hostname { members.append(.init("Hostname", .string(hostname))) }
        if !environment.isEmpty { members.append(.init("Env", JSON(strings: environment))) }
        if !labels.isEmpty { members.append(.init("Labels", JSON(strings: labels))) }
        if let stopSignal { members.append(.init("StopSignal", .string(stopSignal))) }
        if let stopTimeout { members.append(.init("StopTimeout", .integer(stopTimeout))) }
        let exposed = Set(exposedPorts + publishedPorts.map(\.containerPort)).sorted()
        if !exposed.isEmpty {
            members.append(.init("ExposedPorts", .object(exposed.map { .init("\($0)/tcp", .object([])) })))
        }
        if !command.isEmpty { members.append(.init("Cmd", JSON(strings: command))) }
        let host = hostConfig
        if !host.isEmpty { members.append(.init("HostConfig", .object(host))) }
        return .object(members)
    }

    private var hostConfig: [JSON.Member] {
        var members: [JSON.Member] = []
        if let network { members.append(.init("NetworkMode", .string(network))) }
        if !publishedPorts.isEmpty { members.append(.init("PortBindings", portBindings)) }
        if !addedCapabilities.isEmpty { members.append(.init("CapAdd", JSON(strings: addedCapabilities))) }
        if !securityOptions.isEmpty { members.append(.init("SecurityOpt", JSON(strings: securityOptions))) }
        if let memory { members.append(.init("Memory", .integer(memory))) }
        if let sharedMemory { members.append(.init("ShmSize", .integer(sharedMemory))) }
        if !binds.isEmpty { members.append(.init("Binds", JSON(strings: binds))) }
        return members
    }

    private var portBindings: JSON {
        let names = publishedPorts.map(\.name)
        return .object(
            Array(Set(names)).sorted().map { name in
                let bindings = publishedPorts.filter { $0.name == name }.map { port in
                    JSON.object([
                        .init("HostIp", .string(port.hostAddress)),
                        .init("HostPort", .string(port.hostPort == 0 ? "" : String(port.hostPort))),
                    ])
                }
                return .init(name, .array(bindings))
            }
        )
    }
}

/// A command to run in a container (`ExecConfig`): arguments, never a line that a shell would read.
package struct ExecSpec: Hashable, Sendable {
    package var command: [String]
    /// `NAME=value`, beside the container's own.
    package var environment: [String] = []
    package var workingDirectory: String?
    package var user: String?
    package var readsInput = false

    package init(_ command: [String]) { self.command = command }

    package var json: JSON {
        var members: [JSON.Member] = [
            .init("AttachStdout", .boolean(true)), .init("AttachStderr", .boolean(true)),
            .init("Cmd", JSON(strings: command)),
        ]
        if readsInput { members.append(.init("AttachStdin", .boolean(true))) }
        if !environment.isEmpty { members.append(.init("Env", JSON(strings: environment))) }
        if let workingDirectory { members.append(.init("WorkingDir", .string(workingDirectory))) }
        if let user { members.append(.init("User", .string(user))) }
        return .object(members)
    }
}
