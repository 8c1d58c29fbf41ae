package import CQLWire
import WireKit

/// What a cluster says of itself in `system.local` and `system.peers`.
package struct ClusterDescription: Hashable, Sendable {
    /// A node other than the one that was asked.
    package struct Peer: Hashable, Sendable {
        package var address: CQLInet?
        package var datacentre: String?
        package var schemaVersion: CQLUUID?
    }

    package var name = ""
    /// The datacentre of the node that was asked.
    package var localDatacentre = ""
    package var partitioner = ""
    package var releaseVersion = ""
    package var schemaVersion: CQLUUID?
    package var peers: [Peer] = []
    /// Whether the server announced one of ScyllaDB's extensions.
    package var isScyllaDB = false

    package init() {}

    /// The nodes of the local datacentre, the one that was asked included.
    package var localNodeCount: Int { 1 + peers.count { $0.datacentre == localDatacentre } }

    /// Every datacentre, the local one first.
    package var datacentres: [String] {
        var names = [localDatacentre]
        for case let name? in peers.map(\.datacentre) where !names.contains(name) { names.append(name) }
        return names
    }

    /// The schema versions in use, of which there is one when all nodes agree.
    var schemaVersions: Set<CQLUUID> { Set(([schemaVersion] + peers.map(\.schemaVersion)).compactMap(\.self)) }

    private static let localQuery =
        "SELECT cluster_name, data_center, partitioner, release_version, schema_version FROM system.local WHERE key='local'"
    private static let peersQuery = "SELECT peer, data_center, schema_version FROM system.peers"

    /// Asks the node that `connection` leads to.
    ///
    /// - Throws: `CQLError`.
    package static func read(from connection: CQLConnection) async throws(CQLError) -> ClusterDescription {
        let options = StatementOptions(consistency: .one)
        let local = try await connection.query(localQuery, options)
        let peers = try await connection.query(peersQuery, options)
        guard case .rows(let localRows) = local else { throw .unexpectedResult(local.kind, query: localQuery) }
        guard case .rows(let peerRows) = peers else { throw .unexpectedResult(peers.kind, query: peersQuery) }
        do throws(WireError) {
            var cluster = try ClusterDescription(local: localRows, peers: peerRows)
            cluster.isScyllaDB = connection.supported.entries.contains { $0.key.hasPrefix("SCYLLA_") }
            return cluster
        } catch {
            throw .codec(error)
        }
    }

    init(local: Rows, peers: Rows) throws(WireError) {
        guard let row = try ResultPage(local).allRows().first else {
            throw WireError(.invalidValue("it has no row"), field: "system.local", offset: 0)
        }
        name = try row.text("cluster_name") ?? ""
        localDatacentre = try row.text("data_center") ?? ""
        partitioner = try row.text("partitioner") ?? ""
        releaseVersion = try row.text("release_version") ?? ""
        schemaVersion = try row.uuid("schema_version")
        for row in try ResultPage(peers).allRows() {
            var peer = Peer(datacentre: try row.text("data_center"), schemaVersion: try row.uuid("schema_version"))
            if case .inet(let address) = try row.value("peer") { peer.address = address }
            self.peers.append(peer)
        }
    }
}

extension ResultRow {
    /// The uuid of a column, nil for null or anything else.
    fileprivate func uuid(_ name: String) throws(WireError) -> CQLUUID? {
        if case .uuid(let uuid) = try value(name) { uuid } else { nil }
    }
}
