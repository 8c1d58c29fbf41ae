import PosixIO

/// Where a node listens.
struct NodeAddresses: Sendable {
    let plain: Endpoint
    /// Where the client's own port chooses the shard.
    let shardAware: Endpoint?
}

/// The ports of a node in use.
package struct NodePorts: Equatable, Sendable {
    /// 0 on a unix-domain socket.
    package let plain: UInt16
    package let shardAware: UInt16?

    /// The same addresses with these ports in place of 0.
    func filled(in addresses: NodeAddresses) -> NodeAddresses {
        NodeAddresses(
            plain: addresses.plain.withPort(plain),
            shardAware: addresses.shardAware?.withPort(shardAware ?? 0)
        )
    }
}

extension Endpoint {
    /// The same host at another port; a unix-domain socket as it is.
    func withPort(_ port: UInt16) -> Endpoint {
        switch self {
        case .tcp(let host, _): .tcp(host: host, port: port)
        case .unix: self
        }
    }
}
