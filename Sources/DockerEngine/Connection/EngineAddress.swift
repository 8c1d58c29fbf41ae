package import PosixIO

/// Where an Engine listens, and how it is spoken to.
package struct EngineAddress: Equatable, Sendable {
    package let endpoint: Endpoint
    /// Nil speaks in the clear.
    package let tls: TLSClientConfiguration?

    package init(endpoint: Endpoint, tls: TLSClientConfiguration? = nil) {
        self.endpoint = endpoint
        self.tls = tls
    }

    /// An address that cannot be used, and why.
    package struct Unusable: Error, Hashable, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// Reads `unix:///path` or `tcp://host[:port]`.
    ///
    /// - Parameters:
    ///   - text: the address, as `DOCKER_HOST` holds it.
    ///   - tls: how TCP is encrypted; nil is in the clear, and another default port.
    /// - Throws: `Unusable` for ssh://, npipe:// and whatever else is neither.
    package init(_ text: String, tls: TLSClientConfiguration?) throws(Unusable) {
        guard let separator = text.firstRange(of: "://") else {
            throw Unusable(description: "\"\(text)\" is neither unix:///path nor tcp://host:port")
        }
        let scheme = text[..<separator.lowerBound]
        let rest = text[separator.upperBound...]
        switch scheme {
        case "unix":
            guard rest.hasPrefix("/") else {
                throw Unusable(description: "\"\(text)\" has no path: a unix-domain socket is unix:///path")
            }
            self.init(endpoint: .unix(path: String(rest)))
        case "tcp", "http", "https":
            self.init(endpoint: try Self.tcpEndpoint(rest, text, defaultPort: tls == nil ? 2375 : 2376), tls: tls)
        case "ssh":
            throw Unusable(
                description: "\"\(text)\" needs ssh, which is not supported; forward the socket with "
                    + "\"ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock HOST\" and set DOCKER_HOST=unix:///tmp/docker.sock"
            )
        case "npipe":
            throw Unusable(
                description: "\"\(text)\" is a named pipe of Windows, which is not supported; use tcp:// or unix://"
            )
        default:
            throw Unusable(description: "\"\(text)\" has the unknown scheme \(scheme)://; use unix:// or tcp://")
        }
    }

    private static func tcpEndpoint(
        _ rest: Substring,
        _ text: String,
        defaultPort: UInt16
    ) throws(Unusable) -> Endpoint {
        var authority = rest.prefix { $0 != "/" }
        guard authority.count == rest.count || rest == authority + "/" else {
            throw Unusable(description: "\"\(text)\" has a path, which an Engine's address cannot have")
        }
        var port = defaultPort
        // In brackets stands an IPv6 address, whose colons are no port's.
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            guard let number = UInt16(authority[authority.index(after: colon)...]), number > 0 else {
                throw Unusable(description: "\"\(text)\" has no port from 1 to 65535")
            }
            port = number
            authority = authority[..<colon]
        }
        if authority.hasPrefix("["), authority.hasSuffix("]") { authority = authority.dropFirst().dropLast() }
        return .tcp(host: authority.isEmpty ? "127.0.0.1" : String(authority), port: port)
    }

    /// What the `Host` field says.
    var hostField: String {
        switch endpoint {
        case .unix: "docker"
        case .tcp: endpoint.description
        }
    }

    /// The host at which ports that the Engine publishes can be reached from here.
    package var publishedHost: String {
        switch endpoint {
        case .unix: "127.0.0.1"
        case .tcp(let host, _): host
        }
    }

    /// Whether the Engine runs on this machine, as far as its address tells.
    package var isLocal: Bool {
        switch endpoint {
        case .unix: true
        case .tcp(let host, _): host == "localhost" || host == "::1" || host.hasPrefix("127.")
        }
    }
}

extension EngineAddress: CustomStringConvertible {
    package var description: String {
        switch endpoint {
        case .unix(let path): "unix://\(path)"
        case .tcp: "tcp://\(endpoint)"
        }
    }
}
