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
    private(set) var connections: [ObjectIdentifier: NodeConnection] = [:]
    let requestCounter = RequestCounter()
    private var acceptedCount = 0
    private var attemptCount = 0

    /// Nil where nothing has to be kept or told to others.
    let log: WriteLog?
    let replay: LogReplay
    let links: [PeerLink]
    /// Members of the ring that were there at least once.
    var seenMembers: Set<Int> = []
    /// The connections of other members over which everything came that this node had missed.
    var currentMembers: [ObjectIdentifier: Int] = [:]
    /// Records that other nodes of the ring sent.
    var appliedRecordCount = 0

    /// - Parameters:
    ///   - options: how it is to behave.
    ///   - database: what it serves.
    ///   - clock: the database's.
    ///   - journal: where writes are kept.
    ///   - loop: of its connections to other nodes.
    init(_ options: NodeOptions, _ database: Database, _ clock: NodeClock, journal: Journal?, on loop: EventLoop) {
        self.options = options
        self.database = database
        let ring = options.ring.map(Ring.init)
        placement = Placement(
            layout: ShardLayout(shardCount: options.sharding?.shardCount ?? 1),
            ring: ring,
            replicationFactor: { [unowned database] in database.schema.keyspaces[$0]?.replicationFactor ?? 1 }
        )
        replay = LogReplay(database, clock)
        links = Self.links(of: ring, options, on: loop)
        let isLogged = journal != nil || ring != nil
        log =
            isLogged
            ? WriteLog(
                clock: clock,
                journal: journal,
                member: UInt8(ring?.ownIndex ?? 0),
                incarnation: CQLUUID.random().high
            ) : nil
        log?.attach(links)
        database.systemTables.counters = { [weak self] in self?.counters.named ?? [] }
        if isLogged { database.drawTimestamp = { clock.timestamp() } }
        if let ring { watch(ring) }
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
        for link in links { link.start() }
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
        currentMembers[ObjectIdentifier(connection)] = nil
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
        for link in links { link.stop() }
        closeConnections()
    }

    /// Tells every client that registered.
    func broadcast(_ event: EventResponse) {
        for connection in Array(connections.values) { connection.notify(event) }
    }

    /// Ends the service: what is written can no longer be kept.
    func fail() {
        guard let failure = log?.failure else { return }
        stop()
        options.journalFailed?(failure)
    }

    func nextFault(for opcode: Opcode.Request, isWrite: Bool) -> RequestFault? {
        attemptCount += 1
        return options.fault?(RequestAttempt(number: attemptCount - 1, opcode: opcode, isWrite: isWrite))
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
        counters.appliedRecords = appliedRecordCount
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
