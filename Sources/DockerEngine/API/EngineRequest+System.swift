import WireKit

extension EngineRequest {
    package static let ping = EngineRequest(.get, ["_ping"], isVersioned: false)
    package static let version = EngineRequest(.get, ["version"], isVersioned: false)

    /// The stream of what happens; it ends at `until`, or never.
    package static func events(
        filters: EngineFilters = EngineFilters(),
        since: Int? = nil,
        until: Int? = nil
    ) -> EngineRequest {
        let times = [("since", since), ("until", until)].compactMap { name, value in
            value.map { RequestTarget.QueryItem(name, String($0)) }
        }
        return EngineRequest(.get, ["events"], query: filters.query + times)
    }

    // MARK: Images

    package static func inspectImage(_ reference: String) -> EngineRequest {
        EngineRequest(.get, ["images"] + segments(reference) + ["json"])
    }

    /// With what `X-Registry-Auth` holds, if there is anything.
    package static func pullImage(_ reference: ImageReference, credentials: RegistryCredentials?) -> EngineRequest {
        EngineRequest(
            .post,
            ["images", "create"],
            query: [.init("fromImage", reference.name), .init("tag", reference.tagOrDigest)],
            headers: credentials.map { ["X-Registry-Auth": $0.headerValue] } ?? [:]
        )
    }

    /// An image's name has slashes of its own, which the Engine expects as they are.
    private static func segments(_ reference: String) -> [String] {
        reference.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
    }

    // MARK: Networks

    package static func inspectNetwork(_ name: String) -> EngineRequest { EngineRequest(.get, ["networks", name]) }

    package static func createNetwork(_ name: String, driver: String, labels: [String: String]) -> EngineRequest {
        // CheckDuplicate: before API 1.44 the Engine would make a second network of the same name.
        EngineRequest(
            .post,
            ["networks", "create"],
            body: .json(
                .object([
                    .init("Name", .string(name)), .init("CheckDuplicate", .boolean(true)),
                    .init("Driver", .string(driver)), .init("Labels", .init(strings: labels)),
                ])
            )
        )
    }

    package static func listNetworks(_ filters: EngineFilters) -> EngineRequest {
        EngineRequest(.get, ["networks"], query: filters.query)
    }

    package static func connectNetwork(_ name: String, container: String) -> EngineRequest {
        EngineRequest(
            .post,
            ["networks", name, "connect"],
            body: .json(.object([.init("Container", .string(container))]))
        )
    }

    package static func removeNetwork(_ name: String) -> EngineRequest { EngineRequest(.delete, ["networks", name]) }

    // MARK: Volumes

    package static func inspectVolume(_ name: String) -> EngineRequest { EngineRequest(.get, ["volumes", name]) }

    package static func createVolume(_ name: String, labels: [String: String]) -> EngineRequest {
        EngineRequest(
            .post,
            ["volumes", "create"],
            body: .json(.object([.init("Name", .string(name)), .init("Labels", .init(strings: labels))]))
        )
    }

    package static func removeVolume(_ name: String) -> EngineRequest { EngineRequest(.delete, ["volumes", name]) }
}
