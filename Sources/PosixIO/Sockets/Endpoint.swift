/// Where a server listens.
package enum Endpoint: Hashable, Sendable {
    /// A host name or a literal address, and a port.
    case tcp(host: String, port: UInt16)
    /// The path of a unix-domain socket.
    case unix(path: String)
}

extension Endpoint: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): path
        }
    }
}
