import EmbeddedCQL
import PosixIO
import TestSupport

extension CQLNode {
    /// Starts nodes that make up a ring: on addresses of their own, with a port that is free on all of them, and with two
    /// shards each.
    static func startRing(count: Int, options: (_ index: Int) -> NodeOptions) async throws -> [CQLNode] {
        // Whoever takes the port between the look and the start is met with another one.
        for _ in 0..<20 {
            let port = try unusedPort()
            let members = (1...count).map { RingConfiguration.Member(host: "127.0.0.\($0)", port: port) }
            var nodes: [CQLNode] = []
            for (index, member) in members.enumerated() {
                var options = options(index)
                options.ring = try RingConfiguration(members: members, index: index)
                options.sharding = NodeOptions.Sharding(shardCount: 2, shardAwarePort: try unusedPort())
                guard let node = try? await start(listen: .tcp(host: member.host, port: port), options: options) else {
                    break
                }
                nodes.append(node)
            }
            if nodes.count == count { return nodes }
            for node in nodes { await node.stop() }
        }
        throw NoFreePort()
    }

    private struct NoFreePort: Error {}
}
