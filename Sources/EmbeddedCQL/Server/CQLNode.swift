import CQLWire
package import PosixIO

/// An in-memory CQL node, for rehearsals, demos and tests.
///
/// It speaks protocol v3 and v4 on one thread of its own. All data is lost when it stops.
package final class CQLNode: Sendable {
    package let ports: NodePorts
    /// The port that clients connect to; 0 on a unix-domain socket.
    package var port: UInt16 { ports.plain }
    private let core: NodeCore

    private init(ports: NodePorts, core: NodeCore) {
        self.ports = ports
        self.core = core
    }

    /// Starts a node; port 0 takes any free one.
    ///
    /// - Throws: `NodeStartError` when it cannot listen there or its journal cannot be used.
    package static func start(
        listen endpoint: Endpoint,
        options: NodeOptions = NodeOptions()
    ) async throws(NodeStartError) -> CQLNode {
        let core: NodeCore
        do throws(SyscallError) {
            core = try NodeCore()
        } catch {
            throw .transport(.syscall(error, peer: endpoint.description))
        }
        do throws(NodeStartError) {
            return CQLNode(ports: try await core.start(at: endpoint, options), core: core)
        } catch {
            core.loop.stop()
            throw error
        }
    }

    /// Records of its journal that could not be run again at the start.
    package func failedRecordCount() async -> Int { await core.failedRecordCount }

    /// What it has done so far.
    package func counters() async -> NodeCounters { await core.counters }

    /// Closes all connections, as a crash would, and goes on listening.
    package func closeConnections() async { await core.closeConnections() }

    /// Ends as a crash would: stops listening, closes all connections and forgets the prepared statements.
    ///
    /// Schema and rows stay, as they would on disk.
    package func crash() async { await core.crash() }

    /// Listens again, after a crash, at the same port.
    ///
    /// - Throws: `TransportError` when that is not possible.
    package func restart() async throws(TransportError) { try await core.restart(ports) }

    /// Stops listening, closes all connections and ends the node's thread.
    package func stop() async {
        await core.stop()
        core.loop.stop()
    }
}

/// The isolation of a node's server: its own loop.
private actor NodeCore {
    nonisolated let loop: EventLoop
    private var server: NodeServer?
    private var addresses: NodeAddresses?
    private(set) var failedRecordCount = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init() throws(SyscallError) {
        loop = try EventLoop(name: "cql-node")
    }

    func start(at endpoint: Endpoint, _ options: NodeOptions) async throws(NodeStartError) -> NodePorts {
        let journal = try Self.journal(options)
        let clock = NodeClock()
        let database = Database(
            keepsRows: !options.discardsWrites,
            systemTables: Self.systemTables(endpoint, options, journal),
            now: { clock.now },
            makeUUID: { clock.makeUUID() }
        )
        let server = NodeServer(options, database, clock, journal: journal, on: loop)
        if let journal {
            do throws(JournalError) {
                failedRecordCount = try server.replay(journal)
            } catch {
                throw .journal(error)
            }
        }
        let addresses = NodeAddresses(
            plain: endpoint,
            shardAware: options.sharding?.shardAwarePort.map { endpoint.withPort($0) }
        )
        self.server = server
        self.addresses = addresses
        do throws(TransportError) {
            return try await server.listen(at: addresses, on: loop)
        } catch {
            throw .transport(error)
        }
    }

    private static func journal(_ options: NodeOptions) throws(NodeStartError) -> Journal? {
        guard let path = options.journalPath else { return nil }
        do throws(JournalError) {
            return try Journal.open(path: path)
        } catch {
            throw .journal(error)
        }
    }

    private static func systemTables(_ endpoint: Endpoint, _ options: NodeOptions, _ journal: Journal?) -> SystemTables
    {
        var identity = NodeIdentity(hostID: journal?.hostID ?? .random(), address: literalAddress(of: endpoint))
        var peers: [NodeIdentity] = []
        if let ring = options.ring.map(Ring.init) {
            let members = ring.members.indices.map { member in
                NodeIdentity(
                    hostID: ring.hostID(of: member),
                    address: ring.members[member].host,
                    tokens: ring.tokens(of: member)
                )
            }
            identity = members[ring.ownIndex]
            peers = members.indices.filter { $0 != ring.ownIndex }.map { members[$0] }
        }
        do throws(StatementError) {
            return try SystemTables(identity: identity, peers: peers)
        } catch {
            // The definitions are constants, and a test starts a node with them.
            preconditionFailure("a system table is defined wrongly: \(error.message)")
        }
    }

    var counters: NodeCounters { server?.counters ?? NodeCounters() }

    func closeConnections() { server?.closeConnections() }

    func crash() {
        server?.stop()
        server?.database.forgetPreparedStatements()
    }

    func restart(_ ports: NodePorts) async throws(TransportError) {
        guard let server, let addresses else { return }
        _ = try await server.listen(at: ports.filled(in: addresses), on: loop)
    }

    func stop() {
        server?.stop()
        server = nil
    }

    /// What clients are told to connect to: the address itself where it is one that they can use.
    private static func literalAddress(of endpoint: Endpoint) -> String {
        guard case .tcp(let host, _) = endpoint, let address = CQLInet(host),
            address.bytes.contains(where: { $0 != 0 })
        else { return "127.0.0.1" }
        return host
    }
}

/// Why a node cannot start.
package enum NodeStartError: Error, CustomStringConvertible {
    case transport(TransportError)
    case journal(JournalError)

    package var description: String {
        switch self {
        case .transport(let error): error.description
        case .journal(let error): error.description
        }
    }
}
