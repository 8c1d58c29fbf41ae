import CQLWire
import PosixIO

/// The connections of a node and what they share; everything of it belongs to one loop.
final class NodeServer {
    let options: NodeOptions
    let database: Database
    let placement: Placement
    let routingCounter = RoutingCounter()
    private var listener: ListeningSocket?
    private var shardAwareListener: ListeningSocket?
    private var connections: [ObjectIdentifier: NodeConnection] = [:]
    let requestCounter = RequestCounter()
    private var acceptedCount = 0
    private var writeAttemptCount = 0

    init(_ options: NodeOptions, _ database: Database) {
        self.options = options
        self.database = database
        placement = Placement(layout: ShardLayout(shardCount: options.sharding?.shardCount ?? 1))
        database.systemTables.counters = { [weak self] in self?.counters.named ?? [] }
    }

    /// Listens at the addresses and returns the ports.
    ///
    /// - Throws: `TransportError` when that is not possible.
    nonisolated(nonsending)
        func listen(at addresses: NodeAddresses, on loop: EventLoop) async throws(TransportError) -> NodePorts
    {
        let tls = options.tls
        let listener = try await ListeningSocket.bind(to: addresses.plain, on: loop, tls: tls) { [weak self] stream in
            guard let self else { return }
            accept(stream, shard: acceptedCount % placement.layout.shardCount)
        }
        if let endpoint = addresses.shardAware {
            shardAwareListener = try await ListeningSocket.bind(to: endpoint, on: loop, tls: tls) {
                [weak self] stream in
                guard let self else { return }
                accept(stream, shard: placement.layout.shard(ofSourcePort: stream.peerPort ?? 0))
            }
        }
        self.listener = listener
        return NodePorts(plain: listener.boundPort, shardAware: shardAwareListener?.boundPort)
    }

    private func accept(_ stream: ByteStream, shard: Int) {
        let connection = NodeConnection(stream, self, shard: shard)
        connections[ObjectIdentifier(connection)] = connection
        acceptedCount += 1
        connection.open()
    }

    /// What a connection that belongs to `shard` is offered.
    func offer(shard: Int) -> ServerOffer {
        guard options.sharding != nil else { return ServerOffer() }
        let port = shardAwareListener?.boundPort
        let hasTLS = options.tls != nil
        return ServerOffer(
            sharding: Sharding(
                layout: placement.layout,
                shard: shard,
                shardAwarePort: hasTLS ? nil : port,
                shardAwareTLSPort: hasTLS ? port : nil
            )
        )
    }

    func closed(_ connection: NodeConnection) {
        connections[ObjectIdentifier(connection)] = nil
    }

    /// Closes the connections, but goes on listening.
    func closeConnections() {
        for connection in Array(connections.values) { connection.close() }
    }

    func stop() {
        listener?.close()
        listener = nil
        shardAwareListener?.close()
        shardAwareListener = nil
        closeConnections()
    }

    /// Tells every client that registered.
    func broadcast(_ change: SchemaChange) {
        for connection in Array(connections.values) { connection.notify(change) }
    }

    func nextFault(for opcode: Opcode.Request) -> WriteFault? {
        writeAttemptCount += 1
        return options.fault?(WriteAttempt(number: writeAttemptCount - 1, opcode: opcode))
    }
}

// MARK: - Counting

extension NodeServer {
    var counters: NodeCounters {
        var counters = NodeCounters()
        for opcode in Opcode.Request.allCases { counters.requests[opcode] = requestCounter[opcode] }
        counters.writtenRows = database.writtenRowCount + requestCounter.discardedRowCount
        counters.connections = acceptedCount
        counters.ownShard = routingCounter.ownShard
        counters.otherShard = routingCounter.otherShard
        counters.otherNode = routingCounter.otherNode
        for connection in connections.values { counters.openConnections[connection.shard, default: 0] += 1 }
        return counters
    }
}

/// Counts the requests of all connections.
final class RequestCounter {
    /// By opcode.
    private var counts = [Int](repeating: 0, count: 256)
    private(set) var discardedRowCount = 0

    subscript(opcode: Opcode.Request) -> Int { counts[Int(opcode.rawValue)] }

    func count(_ opcode: Opcode.Request) { counts[Int(opcode.rawValue)] += 1 }

    func count(_ tally: FrameWalk.Tally) {
        counts[Int(Opcode.Request.execute.rawValue)] += tally.executes
        counts[Int(Opcode.Request.batch.rawValue)] += tally.batches
        discardedRowCount += tally.rows
    }
}
