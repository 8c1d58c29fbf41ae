import CQLWire
import PosixIO

/// The connections of a node and what they share; everything of it belongs to one loop.
final class NodeServer {
    let options: NodeOptions
    let database: Database
    private var listener: ListeningSocket?
    private var connections: [ObjectIdentifier: NodeConnection] = [:]
    let requestCounter = RequestCounter()
    private var acceptedCount = 0
    private var writeAttemptCount = 0

    init(_ options: NodeOptions, _ database: Database) {
        self.options = options
        self.database = database
    }

    /// Listens at `endpoint` and returns the port.
    ///
    /// - Throws: `TransportError` when that is not possible.
    nonisolated(nonsending)
        func listen(at endpoint: Endpoint, on loop: EventLoop) async throws(TransportError) -> UInt16
    {
        let listener = try await ListeningSocket.bind(to: endpoint, on: loop, tls: options.tls) { [weak self] stream in
            self?.accept(stream)
        }
        self.listener = listener
        return listener.boundPort
    }

    private func accept(_ stream: ByteStream) {
        let connection = NodeConnection(stream, self)
        connections[ObjectIdentifier(connection)] = connection
        acceptedCount += 1
        connection.open()
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
