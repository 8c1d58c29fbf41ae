import WireKit

extension EngineRequest {
    package static func createContainer(_ name: String, _ spec: ContainerSpec) -> EngineRequest {
        EngineRequest(.post, ["containers", "create"], query: [.init("name", name)], body: .json(spec.json))
    }

    package static func startContainer(_ name: String) -> EngineRequest {
        EngineRequest(.post, ["containers", name, "start"])
    }

    /// It is killed after so many seconds.
    package static func stopContainer(_ name: String, seconds: Int) -> EngineRequest {
        EngineRequest(.post, ["containers", name, "stop"], query: [.init("t", String(seconds))])
    }

    /// The signal's name goes without `SIG`; nil is KILL.
    package static func killContainer(_ name: String, signal: String? = nil) -> EngineRequest {
        EngineRequest(.post, ["containers", name, "kill"], query: signal.map { [.init("signal", $0)] } ?? [])
    }

    package static func inspectContainer(_ name: String) -> EngineRequest {
        EngineRequest(.get, ["containers", name, "json"])
    }

    package static func listContainers(_ filters: EngineFilters, includesStopped: Bool) -> EngineRequest {
        let all: [RequestTarget.QueryItem] = includesStopped ? [.init("all", "1")] : []
        return EngineRequest(.get, ["containers", "json"], query: all + filters.query)
    }

    /// With it go the volumes without a name, which nothing else refers to, if asked for; forced, it is killed first.
    package static func removeContainer(_ name: String, removesVolumes: Bool, isForced: Bool) -> EngineRequest {
        var query: [RequestTarget.QueryItem] = []
        if removesVolumes { query.append(.init("v", "true")) }
        if isForced { query.append(.init("force", "true")) }
        return EngineRequest(.delete, ["containers", name], query: query)
    }

    /// The condition is such as `not-running`; nil is that too.
    package static func waitForContainer(_ name: String, condition: String? = nil) -> EngineRequest {
        EngineRequest(.post, ["containers", name, "wait"], query: condition.map { [.init("condition", $0)] } ?? [])
    }

    /// All lines or the last `tail`; following goes on until the container ends.
    package static func containerLogs(_ name: String, follows: Bool, tail: Int? = nil) -> EngineRequest {
        var query: [RequestTarget.QueryItem] = [.init("stdout", "1"), .init("stderr", "1")]
        if follows { query.append(.init("follow", "1")) }
        if let tail { query.append(.init("tail", String(tail))) }
        return EngineRequest(.get, ["containers", name, "logs"], query: query)
    }

    /// Unpacks an archive in a directory of the container, which must exist; the body follows in a stream.
    package static func putArchive(_ name: String, path: String) -> EngineRequest {
        EngineRequest(
            .put,
            ["containers", name, "archive"],
            query: [.init("path", path)],
            body: .stream(contentType: "application/x-tar")
        )
    }

    // MARK: Exec

    package static func createExec(_ container: String, _ spec: ExecSpec) -> EngineRequest {
        EngineRequest(.post, ["containers", container, "exec"], body: .json(spec.json))
    }

    /// Starts it with its output attached.
    package static func startExec(_ id: String, hasTerminal: Bool = false) -> EngineRequest {
        EngineRequest(
            .post,
            ["exec", id, "start"],
            body: .json(.object([.init("Detach", .boolean(false)), .init("Tty", .boolean(hasTerminal))])),
            upgrades: true
        )
    }

    package static func inspectExec(_ id: String) -> EngineRequest { EngineRequest(.get, ["exec", id, "json"]) }
}
