import CQLClient
import CQLWire
import PosixIO
import SchemaTranslation
import WireKit

/// Asks a cluster what an examination wants to know.
struct TargetExaminer {
    private let target: TargetConfiguration
    private let session: CQLSession
    /// The keyspace by the name that setup gives it.
    private let keyspace: String

    init(_ target: TargetConfiguration, _ session: CQLSession) {
        self.target = target
        self.session = session
        keyspace = TargetName.legal(for: target.keyspace)
    }

    /// - Throws: `CQLError` when the connection breaks; tables that the server does not have are no error.
    func examine() async throws(CQLError) -> TargetExamination {
        let connection = try await session.connection()
        var examination = TargetExamination(version: connection.version)
        examination.supported = connection.supported
        let offered = connection.supported[FrameCompression.optionKey] ?? []
        examination.compression = target.compression.flatMap { offered.contains($0.rawValue) ? $0 : nil }
        examination.authenticator = connection.authenticator
        examination.hasLogin = target.login != nil
        examination.encryption = target.tls.map { tls in
            TargetExamination.Encryption(details: connection.tlsDetails, verification: tls.verification)
        }
        examination.cluster = session.cluster
        examination.localDatacentre = target.localDatacentre
        examination.consistency = target.consistency
        examination.keyspace = keyspace
        examination.scyllaVersion = try await text("SELECT version FROM system.versions WHERE key = 'local'")
        examination.replication = try await session.replicationOptions(of: keyspace)
        examination.tablets = try await tablets()
        examination.clock = try await clock()
        examination.batchLimits = (
            try await batchLimit("batch_size_warn_threshold_in_kb"),
            try await batchLimit("batch_size_fail_threshold_in_kb")
        )
        examination.silentNodes = await silentNodes()
        examination.shardAwarePort = await shardAwarePort(of: connection)
        return examination
    }

    /// The only value of the only row; nil when the server has no such table, or will not show it to us.
    private func value(_ query: String) async throws(CQLError) -> CQLValue? {
        let rows: [ResultRow]
        do throws(CQLError) {
            rows = try await session.rows(query, StatementOptions(consistency: .one))
        } catch .server(let error) where [.invalid, .unauthorized, .syntaxError, .configError].contains(error.code) {
            return nil
        }
        guard let row = rows.first, let column = row.columns.first else { return nil }
        do throws(WireError) {
            return try row.value(column.name)
        } catch {
            throw .codec(error)
        }
    }

    private func text(_ query: String) async throws(CQLError) -> String? {
        if case .text(let text) = try await value(query) { text } else { nil }
    }

    // MARK: - Settings

    /// ScyllaDB lists the keyspaces that have tablets with the number that they began with.
    private func tablets() async throws(CQLError) -> TargetExamination.Tablets {
        let name = CQLLiteral.string(keyspace)
        let query = "SELECT initial_tablets FROM system_schema.scylla_keyspaces WHERE keyspace_name = \(name)"
        if case .int = try await value(query) { return .on }
        return ProtocolExtensions(supported: (try await session.connection()).supported).hasTabletsRouting
            ? .off : .unknown
    }

    /// ScyllaDB shows its settings in one table and Cassandra in another.
    private func batchLimit(_ name: String) async throws(CQLError) -> Int? {
        for table in ["system.config", "system_views.settings"] {
            let query = "SELECT value FROM \(table) WHERE name = \(CQLLiteral.string(name))"
            if let text = try await text(query) { return Int(text) }
        }
        return nil
    }

    /// The server's time is compared with the middle of the time that its answer took; the best of a few counts.
    private func clock() async throws(CQLError) -> TargetExamination.ClockDifference? {
        var best: TargetExamination.ClockDifference?
        for _ in 0..<3 {
            let before = WallClock.microseconds
            let answer = try await value("SELECT toTimestamp(now()) FROM system.local WHERE key = 'local'")
            let after = WallClock.microseconds
            guard case .timestamp(let milliseconds) = answer, after >= before else { return nil }
            // The server leaves out what is less than a millisecond.
            let offset = milliseconds * 1000 + 500 - (before + after) / 2
            let difference = TargetExamination.ClockDifference(offset: offset, uncertainty: (after - before) / 2 + 500)
            if best.map({ difference.uncertainty < $0.uncertainty }) ?? true { best = difference }
        }
        return best
    }

    // MARK: - Connections

    /// How long one of many nodes may take to let us in.
    private static let nodeTimeout = Duration.seconds(5)

    /// Tries each node that has not answered yet, with everything that a session needs.
    private func silentNodes() async -> [TargetExamination.SilentNode] {
        var silent: [TargetExamination.SilentNode] = []
        for node in session.cluster.peers {
            var configuration = session.configuration
            configuration.connectTimeout = min(configuration.connectTimeout, Self.nodeTimeout)
            do throws(CQLConnectionError) {
                let connection = try await CQLConnection.connect(to: node.endpoint, configuration, on: session.loop)
                connection.close()
            } catch {
                silent.append(TargetExamination.SilentNode(endpoint: node.endpoint, reason: error.circumstances))
            }
        }
        return silent
    }

    /// Asks for a shard by our own port, and sees whether it is that one.
    private func shardAwarePort(of connection: CQLConnection) async -> TargetExamination.ShardAwarePort {
        guard let sharding = CQLWire.Sharding(supported: connection.supported),
            let port = target.tls == nil ? sharding.shardAwarePort : sharding.shardAwareTLSPort
        else { return .notOffered }
        let wanted = sharding.layout.shardCount - 1
        var configuration = session.configuration
        configuration.connectTimeout = min(configuration.connectTimeout, Self.nodeTimeout)
        var failure: CQLConnectionError?
        // A port may be in use here, or by a connection that has just ended.
        for localPort in sharding.layout.sourcePorts(ofShard: wanted, in: Self.localPorts).prefix(8) {
            do throws(CQLConnectionError) {
                let made = try await CQLConnection.connect(
                    to: connection.endpoint,
                    port: port,
                    localPort: UInt16(localPort),
                    configuration,
                    on: session.loop
                )
                defer { made.close() }
                let shard = CQLWire.Sharding(supported: made.supported)?.shard
                return shard == wanted ? .reached(port: port) : .otherShard(port: port)
            } catch {
                failure = error
                if case .cannotConnect(.timedOut) = error.code { break }
            }
        }
        return .unreachable(port: port, reason: failure?.circumstances ?? "no local port is free")
    }

    /// Far from where the kernel and our own pools begin to look.
    private static let localPorts: ClosedRange<UInt16> = 61_000...65_535
}

extension CQLConnectionError {
    /// What happened, without advice that is the doctor's to give.
    fileprivate var circumstances: String {
        if case .cannotConnect(let error) = code { return "\(error)" }
        return "\(self)"
    }
}
