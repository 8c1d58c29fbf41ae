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
    /// - Throws: `TransportError` when it cannot listen there.
    package static func start(
        listen endpoint: Endpoint,
        options: NodeOptions = NodeOptions()
    ) async throws(TransportError) -> CQLNode {
        let core: NodeCore
        do throws(SyscallError) {
            core = try NodeCore()
        } catch {
            throw .syscall(error, peer: endpoint.description)
        }
        do throws(TransportError) {
            return CQLNode(ports: try await core.start(at: endpoint, options), core: core)
        } catch {
            core.loop.stop()
            throw error
        }
    }

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

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init() throws(SyscallError) {
        loop = try EventLoop(name: "cql-node")
    }

    func start(at endpoint: Endpoint, _ options: NodeOptions) async throws(TransportError) -> NodePorts {
        let identity = NodeIdentity(hostID: Self.randomUUID(), address: Self.literalAddress(of: endpoint))
        let systemTables: SystemTables
        do throws(StatementError) {
            systemTables = try SystemTables(identity: identity)
        } catch {
            // The definitions are constants, and a test starts a node with them.
            preconditionFailure("a system table is defined wrongly: \(error.message)")
        }
        let database = Database(
            keepsRows: !options.discardsWrites,
            systemTables: systemTables,
            now: { WallClock.microseconds },
            makeUUID: Self.randomUUID
        )
        let server = NodeServer(options, database)
        self.server = server
        let addresses = NodeAddresses(
            plain: endpoint,
            shardAware: options.sharding?.shardAwarePort.map { endpoint.withPort($0) }
        )
        self.addresses = addresses
        return try await server.listen(at: addresses, on: loop)
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

    /// A version 4 UUID.
    private static func randomUUID() -> CQLUUID {
        var generator = SystemRandomNumberGenerator()
        let high = generator.next() as UInt64
        let low = generator.next() as UInt64
        return CQLUUID(high: high & ~0xF000 | 0x4000, low: low & ~(0b11 << 62) | 0b10 << 62)
    }

    /// What clients are told to connect to: the address itself where it is one that they can use.
    private static func literalAddress(of endpoint: Endpoint) -> String {
        guard case .tcp(let host, _) = endpoint, let address = CQLInet(host),
            address.bytes.contains(where: { $0 != 0 })
        else { return "127.0.0.1" }
        return host
    }
}
