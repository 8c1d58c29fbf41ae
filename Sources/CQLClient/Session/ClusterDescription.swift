package import CQLWire
import PosixIO
import WireKit

/// What a cluster says of itself in `system.local` and `system.peers`.
package struct ClusterDescription: Hashable, Sendable {
    package var name = ""
    package var partitioner = ""
    /// The node that was asked.
    package var local: ClusterNode
    /// The other nodes.
    package var peers: [ClusterNode] = []
    /// Whether the server announced one of ScyllaDB's extensions.
    package var isScyllaDB = false

    package init(local: ClusterNode = ClusterNode(endpoint: .tcp(host: "", port: 0))) { self.local = local }

    /// The datacentre of the node that was asked.
    package var localDatacentre: String { local.datacentre }
    package var releaseVersion: String { local.releaseVersion }
    package var schemaVersion: CQLUUID? { local.schemaVersion }

    /// Every node, the one that was asked first.
    package var nodes: [ClusterNode] { [local] + peers }

    /// The nodes of the local datacentre, the one that was asked included.
    package var localNodeCount: Int { 1 + peers.count { $0.datacentre == localDatacentre } }

    /// Every datacentre, the local one first.
    package var datacentres: [String] {
        var names = [localDatacentre]
        for name in peers.map(\.datacentre) where !name.isEmpty && !names.contains(name) { names.append(name) }
        return names
    }

    /// The schema versions in use, of which there is one when all nodes agree.
    package var schemaVersions: Set<CQLUUID> { Set(nodes.compactMap(\.schemaVersion)) }

    private static let localQuery = """
        SELECT cluster_name, data_center, rack, host_id, partitioner, release_version, schema_version, tokens \
        FROM system.local WHERE key='local'
        """
    private static let peersQuery = """
        SELECT peer, rpc_address, data_center, rack, host_id, release_version, schema_version, tokens \
        FROM system.peers
        """
    /// Cassandra 4 and later: with the port that each node's clients connect to.
    private static let peersWithPortsQuery = """
        SELECT peer, native_address, native_port, data_center, rack, host_id, release_version, schema_version, tokens \
        FROM system.peers_v2
        """

    /// Asks the node that `connection` leads to.
    ///
    /// - Throws: `CQLError`.
    package static func read(from connection: CQLConnection) async throws(CQLError) -> ClusterDescription {
        let options = StatementOptions(consistency: .one)
        let local = try await rows(of: localQuery, from: connection, options)
        let peers = try await peerRows(from: connection, options)
        do throws(WireError) {
            var cluster = try ClusterDescription(local: local, peers: peers, endpoint: connection.endpoint)
            cluster.isScyllaDB = connection.isScyllaDB
            return cluster
        } catch {
            throw .codec(error)
        }
    }

    private static func peerRows(
        from connection: CQLConnection,
        _ options: StatementOptions
    ) async throws(CQLError) -> Rows {
        // ScyllaDB has no such table, and neither has Cassandra 3.
        if !connection.isScyllaDB {
            do throws(CQLError) {
                return try await rows(of: peersWithPortsQuery, from: connection, options)
            } catch .server(let error) where error.code == .invalid || error.code == .configError {
            }
        }
        return try await rows(of: peersQuery, from: connection, options)
    }

    private static func rows(
        of query: String,
        from connection: CQLConnection,
        _ options: StatementOptions
    ) async throws(CQLError) -> Rows {
        let result = try await connection.query(query, options)
        guard case .rows(let rows) = result else { throw .unexpectedResult(result.kind, query: query) }
        return rows
    }

    /// - Throws: `WireError` when the tables do not hold what they should.
    init(local: Rows, peers: Rows, endpoint: Endpoint) throws(WireError) {
        guard let row = try ResultPage(local).allRows().first else {
            throw WireError(.invalidValue("it has no row"), field: "system.local", offset: 0)
        }
        self.local = ClusterNode(row, endpoint: endpoint)
        name = row.textIfPresent("cluster_name") ?? ""
        partitioner = row.textIfPresent("partitioner") ?? ""
        for row in try ResultPage(peers).allRows() {
            guard let peer = ClusterNode(peer: row, contact: endpoint) else { continue }
            self.peers.append(peer)
        }
    }
}

extension ClusterNode {
    /// A row of either table.
    ///
    /// What a server's table lacks stays empty: versions differ, and a node that is just joining has gaps.
    fileprivate init(_ row: ResultRow, endpoint: Endpoint) {
        self.init(
            endpoint: endpoint,
            hostID: row.uuidIfPresent("host_id"),
            datacentre: row.textIfPresent("data_center") ?? "",
            rack: row.textIfPresent("rack") ?? "",
            tokens: row.textsIfPresent("tokens").compactMap { Int64($0) }.map(Token.init),
            schemaVersion: row.uuidIfPresent("schema_version"),
            releaseVersion: row.textIfPresent("release_version") ?? ""
        )
    }

    /// Another node than the one that was asked; nil when no address is known for it.
    ///
    /// Without a port of its own it is reached at that of the contact point, and without an address for clients at the
    /// one that it has for other nodes.
    fileprivate init?(peer row: ResultRow, contact: Endpoint) {
        let addresses = ["native_address", "rpc_address", "peer"].compactMap { row.inetIfPresent($0) }
        guard let address = addresses.first(where: { !$0.bytes.allSatisfy { $0 == 0 } }) else { return nil }
        var port: UInt16 = 9042
        if case .tcp(_, let contactPort) = contact { port = contactPort }
        if let own = row.intIfPresent("native_port") { port = UInt16(truncatingIfNeeded: own) }
        self.init(row, endpoint: .tcp(host: address.description, port: port))
    }
}

/// Columns that some servers do not have: nil for those, for null and for another type.
extension ResultRow {
    private func valueIfPresent(_ name: String) -> CQLValue? { (try? value(name)) ?? nil }

    fileprivate func textIfPresent(_ name: String) -> String? {
        if case .text(let text) = valueIfPresent(name) { text } else { nil }
    }

    fileprivate func uuidIfPresent(_ name: String) -> CQLUUID? {
        if case .uuid(let uuid) = valueIfPresent(name) { uuid } else { nil }
    }

    fileprivate func inetIfPresent(_ name: String) -> CQLInet? {
        if case .inet(let address) = valueIfPresent(name) { address } else { nil }
    }

    fileprivate func intIfPresent(_ name: String) -> Int32? {
        if case .int(let number) = valueIfPresent(name) { number } else { nil }
    }

    fileprivate func textsIfPresent(_ name: String) -> [String] { (try? texts(name)) ?? [] }
}
