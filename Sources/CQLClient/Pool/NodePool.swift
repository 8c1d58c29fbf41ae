package import CQLWire
package import PosixIO

/// The connections of one loop to one node, one per shard, made when they are first asked for and again when they break.
package final class NodePool {
    /// After a shard could not be reached by a connection of its own, so long another one of the node does.
    private static let retryInterval = Duration.seconds(10)

    package let connector: ShardConnector
    private var byShard: [Int: CQLConnection] = [:]
    private var nextTry: [Int: ContinuousClock.Instant] = [:]
    /// Called with every connection that is made.
    private let adopted: (CQLConnection) -> Void

    package var endpoint: Endpoint { connector.endpoint }

    package init(
        _ endpoint: Endpoint,
        _ configuration: CQLConfiguration,
        on loop: EventLoop,
        adopted: @escaping (CQLConnection) -> Void = { _ in }
    ) {
        connector = ShardConnector(endpoint, configuration, on: loop)
        self.adopted = adopted
    }

    /// The connections that can be used.
    package var connections: [CQLConnection] { byShard.values.filter { $0.failure == nil } }

    /// The connection to the shard that has a token, or to another one where that cannot be had.
    ///
    /// - Parameters:
    ///   - token: nil for any shard.
    ///   - shard: the shard that has the token's tablet; nil where the token says itself which shard it is.
    /// - Returns: the connection, which the pool keeps.
    /// - Throws: `CQLConnectionError` when the node cannot be connected to.
    package func connection(
        for token: Token?,
        inShard shard: Int? = nil
    ) async throws(CQLConnectionError) -> CQLConnection {
        if connector.shards == nil, let any = connections.first { return any }
        guard let token else {
            if let any = connections.first { return any }
            return try await connection(toShard: nil)
        }
        return try await connection(toShard: shard ?? connector.shards?.shard(of: token), for: token)
    }

    private func connection(
        toShard shard: Int?,
        for token: Token
    ) async throws(CQLConnectionError) -> CQLConnection {
        let made = try await connection(toShard: shard)
        // The first connection of a node tells how it is divided.
        guard shard == nil, let shards = connector.shards, shards.shardCount > 1 else { return made }
        return try await connection(toShard: shards.shard(of: token))
    }

    /// The connection to a shard, or to another one where that cannot be had.
    ///
    /// - Parameter shard: nil for any of the node's.
    /// - Returns: the connection, which the pool keeps.
    /// - Throws: `CQLConnectionError` when the node cannot be connected to.
    package func connection(toShard shard: Int?) async throws(CQLConnectionError) -> CQLConnection {
        if let shard, let known = byShard[shard], known.failure == nil { return known }
        let now = ContinuousClock.now
        if let any = connections.first, shard == nil || nextTry[shard ?? 0].map({ $0 > now }) ?? false { return any }
        let made = try await connector.connect(to: shard)
        return adopt(made, asked: shard, now)
    }

    /// Another task may have connected meanwhile; one connection per shard is kept.
    private func adopt(_ made: CQLConnection, asked: Int?, _ now: ContinuousClock.Instant) -> CQLConnection {
        let reached = made.sharding?.shard ?? 0
        if let asked, asked != reached { nextTry[asked] = now + Self.retryInterval }
        if let known = byShard[reached], known.failure == nil {
            made.close()
            return known
        }
        byShard[reached] = made
        adopted(made)
        return made
    }

    /// Asks quiet connections for a sign of life and closes those that gave none.
    package func checkHeartbeats(at now: ContinuousClock.Instant) {
        for connection in byShard.values { connection.checkHeartbeat(at: now) }
        byShard = byShard.filter { $0.value.failure == nil }
    }

    /// Ends all connections.
    package func close() {
        for connection in byShard.values { connection.close() }
        byShard.removeAll()
        connector.closeSpares()
    }
}
