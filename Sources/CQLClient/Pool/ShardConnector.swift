package import CQLWire
package import PosixIO

/// Makes connections to the shards of one node; confined to its loop.
///
/// At a shard-aware port the source port decides the shard. Where a NAT rewrites source ports, which the shard that a
/// new connection turns out to lead to gives away, or where there is no such port, the ordinary port is connected to
/// until a connection leads where it should: the server hands its shards out in turn.
package final class ShardConnector {
    /// Source ports that are tried at most when one after another is in use.
    private static let portTryLimit = 32
    /// Connections per shard that are made at most in order to reach one shard.
    private static let triesPerShard = 4

    package let endpoint: Endpoint
    private let configuration: CQLConfiguration
    private let loop: EventLoop
    /// How the node divides its data; known, like the rest, with the first connection.
    package private(set) var shards: ShardLayout?
    private var hasLearned = false
    private var shardAwarePort: UInt16?
    /// A connection through the shard-aware port led to another shard than its source port asked for.
    package private(set) var rewritesSourcePorts = false
    /// Connections that were made on the way to another shard, and nobody has taken yet.
    private var spares: [CQLConnection] = []

    package init(_ endpoint: Endpoint, _ configuration: CQLConfiguration, on loop: EventLoop) {
        self.endpoint = endpoint
        self.configuration = configuration
        self.loop = loop
    }

    /// A connection to the node, if possible to one of its shards, that belongs to the caller.
    ///
    /// - Parameter shard: where it should lead; nil for anywhere.
    /// - Returns: a connection that leads there, or elsewhere on the node after so many tries.
    /// - Throws: `CQLConnectionError` when the node cannot be connected to.
    package func connect(to shard: Int?) async throws(CQLConnectionError) -> CQLConnection {
        if let spare = takeSpare(shard) { return spare }
        if shard != nil, !hasLearned {
            try await learn()
            if let spare = takeSpare(shard) { return spare }
        }
        guard let shards, let shard, shards.shardCount > 1 else { return try await connect() }
        let wanted = shard % shards.shardCount
        if let port = shardAwarePort, !rewritesSourcePorts {
            if let made = try await connect(to: wanted, of: shards, at: port) { return made }
        }
        return try await connectUntilCovered(wanted, of: shards)
    }

    /// Makes the first connection, which tells how the node is divided, and keeps it for whoever comes for its shard.
    ///
    /// - Throws: `CQLConnectionError` when the node cannot be connected to.
    package func learn() async throws(CQLConnectionError) {
        guard !hasLearned else { return }
        spares.append(try await connect())
    }

    /// Closes connections that nobody came for.
    package func closeSpares() {
        for spare in spares { spare.close() }
        spares.removeAll()
    }

    private func takeSpare(_ shard: Int?) -> CQLConnection? {
        spares.removeAll { $0.failure != nil }
        guard
            let index = spares.firstIndex(where: { shard == nil || $0.sharding == nil || $0.sharding?.shard == shard })
        else { return nil }
        return spares.remove(at: index)
    }

    private func connect() async throws(CQLConnectionError) -> CQLConnection {
        let made = try await CQLConnection.connect(to: endpoint, configuration, on: loop)
        hasLearned = true
        shards = made.sharding?.layout
        shardAwarePort = made.shardAwarePort
        return made
    }

    /// By source port; nil when that does not work here.
    private func connect(
        to shard: Int,
        of shards: ShardLayout,
        at port: UInt16
    ) async throws(CQLConnectionError) -> CQLConnection? {
        let ports = SourcePorts(shard: shard, shardCount: shards.shardCount, start: Double.random(in: 0..<1))
        for localPort in ports.prefix(Self.portTryLimit) {
            do throws(CQLConnectionError) {
                let made = try await CQLConnection.connect(
                    to: endpoint,
                    port: port,
                    localPort: localPort,
                    configuration,
                    on: loop
                )
                if made.sharding?.shard == shard { return made }
                rewritesSourcePorts = true
                spares.append(made)
                return nil
            } catch {
                guard case .cannotConnect(let cause) = error.code else { throw error }
                if cause.isLocalPortTaken { continue }
                // The port may be closed to us by a firewall: the ordinary one decides whether the node is there.
                rewritesSourcePorts = true
                return nil
            }
        }
        return nil
    }

    private func connectUntilCovered(
        _ shard: Int,
        of shards: ShardLayout
    ) async throws(CQLConnectionError) -> CQLConnection {
        if let spare = takeSpare(shard) { return spare }
        for _ in 0..<Self.triesPerShard * shards.shardCount {
            let made = try await connect()
            guard let reached = made.sharding?.shard, reached != shard else { return made }
            // One per shard is of use to others.
            if spares.contains(where: { $0.sharding?.shard == reached }) { made.close() } else { spares.append(made) }
        }
        // The server does not take turns: some other shard will pass the requests on.
        if let spare = takeSpare(nil) { return spare }
        return try await connect()
    }
}
