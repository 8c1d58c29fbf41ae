package import WireKit

/// A request of the Engine API, as a value.
package struct EngineRequest: Hashable, Sendable {
    package enum Body: Hashable, Sendable {
        case none
        case json(JSON)
        /// Bytes whose number is announced.
        case bytes([UInt8], contentType: String)
        /// Bytes whose number nobody knows yet: in chunks, and only once the Engine has agreed to take them.
        case stream(contentType: String)
    }

    package var method: HTTPMethod
    /// Behind the version.
    package var path: [String]
    package var query: [RequestTarget.QueryItem]
    package var headers: HTTPHeaders
    package var body: Body
    /// `/_ping` and `/version` are asked before a version is agreed on.
    package var isVersioned: Bool
    /// Whether the connection shall become a stream of its own (101 UPGRADED).
    package var upgrades: Bool

    package init(
        _ method: HTTPMethod,
        _ path: [String],
        query: [RequestTarget.QueryItem] = [],
        headers: HTTPHeaders = [:],
        body: Body = .none,
        isVersioned: Bool = true,
        upgrades: Bool = false
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.isVersioned = isVersioned
        self.upgrades = upgrades
    }

    /// Where the request goes.
    package func target(version: APIVersion) -> RequestTarget {
        RequestTarget((isVersioned ? ["v\(version)"] : []) + path, query: query)
    }

    /// The head to send.
    ///
    /// - Parameters:
    ///   - version: the version that was agreed on.
    ///   - host: what the `Host` field says; the Engine does not care on a unix-domain socket.
    /// - Returns: the head, and the body if it is known already.
    package func message(version: APIVersion, host: String) -> (head: HTTPRequestHead, body: [UInt8]) {
        var fields: HTTPHeaders = ["Host": host, "User-Agent": "pgscylla", "Accept": "*/*"]
        for field in headers.fields { fields.append(field.name, field.value) }
        var content: [UInt8] = []
        switch body {
        case .none:
            // Whoever upgrades says that nothing comes in front of the new stream.
            if upgrades { fields.append("Content-Length", "0") }
        case .json(let value):
            content = Array(value.text.utf8)
            fields.append("Content-Type", "application/json")
            fields.append("Content-Length", String(content.count))
        case .bytes(let bytes, let contentType):
            content = bytes
            fields.append("Content-Type", contentType)
            fields.append("Content-Length", String(bytes.count))
        case .stream(let contentType):
            fields.append("Transfer-Encoding", "chunked")
            fields.append("Content-Type", contentType)
            fields.append("Expect", "100-continue")
        }
        if upgrades {
            fields.append("Connection", "Upgrade")
            fields.append("Upgrade", "tcp")
        }
        return (HTTPRequestHead(method: method, target: target(version: version), headers: fields), content)
    }
}

/// What narrows a list or a stream of events (`filters`, a JSON object of arrays).
package struct EngineFilters: Hashable, Sendable {
    private var values: [String: [String]] = [:]

    package init() {}

    /// Labels, as `name` or `name=value`.
    package init(labels: [String]) { values["label"] = labels }

    package mutating func add(_ name: String, _ value: String) { values[name, default: []].append(value) }

    package var json: JSON {
        .object(values.sorted { $0.key < $1.key }.map { JSON.Member($0.key, JSON(strings: $0.value)) })
    }

    /// The query item; none without filters.
    var query: [RequestTarget.QueryItem] {
        values.isEmpty ? [] : [RequestTarget.QueryItem("filters", json.text)]
    }
}
