import CQLClient
import CQLWire
import PosixIO

/// A cluster without connections: windows for its shards, and the way to them.
struct SyntheticCluster: Sendable {
    var nodeCount = 1
    var shardCount = 1
    var batchRowCount = 1

    func makeWindows() -> BulkWindows {
        let windows = BulkWindows(grouping: RowGrouping(rowLimit: batchRowCount))
        let id = Array(repeating: UInt8(7), count: 16)
        let template = RowTemplate(id: id, consistency: .localQuorum, version: 4, isBatching: batchRowCount > 1)
        let linkCount = max(1, nodeCount * shardCount)
        for _ in 0..<linkCount {
            let window = BulkWindow(
                streamCount: max(1, 2048 / linkCount),
                maximumByteCount: max(64 << 10, (4 << 20) / linkCount)
            )
            windows.add(window, template)
        }
        if linkCount > 1 { windows.router = makeRouter(linkCount) }
        return windows
    }

    /// Nodes with 256 tokens each, as they have by default.
    private func makeRouter(_ linkCount: Int) -> TokenRouter {
        let nodes = (0..<nodeCount).map { node in
            let tokens = (0..<256).map { Token(routingKey: Array("\(node) \($0)".utf8)) }
            return ClusterNode(
                endpoint: .tcp(host: "10.0.0.\(node + 1)", port: 9042),
                datacentre: "dc1",
                tokens: tokens
            )
        }
        var layout = LinkLayout(connectionLimit: linkCount)
        layout.add(nodes.map { ($0.endpoint, shardCount) })
        let ownership = TokenOwnership(ClusterTopology(nodes: nodes), .primaryOnly) { _ in true }
        return TokenRouter(ownership, layout) { _ in ShardLayout(shardCount: shardCount) }
    }
}
