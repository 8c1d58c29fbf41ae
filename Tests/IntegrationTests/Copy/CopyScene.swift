import CQLClient
import CQLWire
import EmbeddedCQL
import Foundation
import Migration
import PosixIO
import SchemaTranslation
import TestSupport
import WireKit

/// A PostgreSQL database, in-memory nodes and a folder, of one test: `setup` runs from the first to the second.
struct CopyScene: Sendable {
    let server: PostgresServer
    let database: String
    /// One, or those that make up a ring.
    let nodes: [CQLNode]
    let folder: String

    var node: CQLNode { nodes[0] }

    /// Runs `body` in a scene whose database `sql` has filled, and clears it away.
    static func run(
        _ sql: String = "",
        encoding: String = "UTF8",
        node options: NodeOptions = NodeOptions(),
        _ body: (CopyScene) async throws -> Void
    ) async throws {
        try await run(sql, encoding: encoding, body) {
            [try await CQLNode.start(listen: .tcp(host: "127.0.0.1", port: try unusedPort()), options: options)]
        }
    }

    /// The same with nodes that `start` starts.
    static func run(
        _ sql: String,
        encoding: String = "UTF8",
        _ body: (CopyScene) async throws -> Void,
        nodes start: () async throws -> [CQLNode]
    ) async throws {
        let server = try await PostgresServer.shared()
        let database = try await server.createUniqueDatabase(encoding: encoding)
        _ = try await server.psql(sql, database: database)
        let folder = FileManager.default.temporaryDirectory.appending(path: "pgscylla-\(database)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let scene = CopyScene(server: server, database: database, nodes: try await start(), folder: folder.path)
        do {
            try await body(scene)
        } catch {
            await scene.clear()
            throw error
        }
        await scene.clear()
    }

    private func clear() async {
        for node in nodes { await node.stop() }
        try? FileManager.default.removeItem(atPath: folder)
    }

    var rejectsPath: String { "\(folder)/rejects.jsonl" }

    // MARK: Running

    /// What differs from an ordinary run.
    struct Choices: Sendable {
        var keyspace = "ks"
        var partitionKey = PartitionKeyChoice.all
        var tables: String?
        var excluded: String?
        var readerCount = 4
        var batchRowLimit: Int?
        var replicationFactor: Int?
        var skipsExistingData = false
        var attemptLimit = RetryDirective.attemptLimit
        var requestTimeout = TargetConfiguration.defaultRequestTimeout
        var user: String?
        var rejectsPath: String?
        /// Makes of the target how its changes are followed; nil follows none.
        var following: (@Sendable (TargetConfiguration) throws -> FollowingConfiguration)?
    }

    func setup(_ choices: Choices = Choices()) async throws -> RunReport {
        let target = try target(choices)
        let source = try SourceConfiguration(server, user: choices.user, database: database)
        let selection = TableSelection(
            included: choices.tables.map { TablePattern.list($0) } ?? [],
            excluded: choices.excluded.map { TablePattern.list($0) } ?? []
        )
        let setup = try SetupConfiguration(
            source: source,
            target: target,
            request: PlanRequest(
                keyspace: choices.keyspace,
                partitionKey: choices.partitionKey,
                selection: selection
            ),
            following: choices.following.map { try $0(target) },
            readerCount: choices.readerCount,
            requestLimit: nil,
            batchRowLimit: choices.batchRowLimit,
            fetchSize: nil,
            skipsExistingData: choices.skipsExistingData,
            rejectsPath: choices.rejectsPath ?? rejectsPath
        )
        return try await SetupCoordinator(setup, observer: SilentObserver()).run()
    }

    private func target(_ choices: Choices) throws -> TargetConfiguration {
        try TargetConfiguration(
            endpoints: [.tcp(host: "127.0.0.1", port: UInt16(node.port))],
            keyspace: choices.keyspace,
            requestTimeout: choices.requestTimeout,
            replicationFactor: choices.replicationFactor,
            attemptLimit: choices.attemptLimit
        )
    }

    /// Compares both sides.
    func verify(_ choices: Choices = Choices()) async throws -> VerificationReport {
        let verification = try VerifyConfiguration(
            source: SourceConfiguration(server, user: choices.user, database: database),
            target: target(choices),
            request: PlanRequest(keyspace: choices.keyspace, partitionKey: choices.partitionKey),
            readerCount: choices.readerCount,
            exampleLimit: 5
        )
        return try await VerificationCoordinator(verification, observer: SilentObserver()).run()
    }

    /// The built program, which stands beside the tests.
    static let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appending(path: "pgscylla").path

    /// `setup`'s command line for this scene; an option of `other` replaces an earlier one of that name.
    func commandLine(_ other: [String]) -> [String] {
        // A repeated host would be another host.
        let hosts = other.contains("--scylla-host") ? [] : ["--scylla-host", "127.0.0.1"]
        return [
            Self.program, "setup", "--load-method", "direct", "--postgres-host", server.socketDirectory,
            "--postgres-port", String(server.port), "--postgres-db", database,
            "--scylla-port", String(node.port), "--scylla-ks", "ks", "--rejects-file", rejectsPath,
        ] + hosts + other
    }

    func runProgram(_ other: String...) async throws -> ChildProcess.Output {
        try await ChildProcess.run(commandLine(other))
    }

    // MARK: Both sides

    func psql(_ sql: String) async throws -> String { try await server.psql(sql, database: database) }

    /// What psql prints for a query of one JSON array per row.
    func sourceRows(_ sql: String) async throws -> [[Cell]] {
        try await psql(sql).split(separator: "\n").map { line in
            let array = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any]
            return (array ?? []).map { Cell(json: $0) }
        }
    }

    /// What the target answers to a query.
    func targetRows(_ cql: String) async throws -> [[Cell]] {
        let target = try target(Choices())
        let lane = try Lane(name: "look")
        defer { lane.stop() }
        return try await lane.run { (lane: isolated Lane) async throws -> [[Cell]] in
            let session = try await target.connect(on: lane.loop)
            defer { session.close() }
            return try await session.rows(cql, StatementOptions(pageSize: 1000)).map { row in
                try zip(row.values, row.columns).map { bytes, column in
                    try bytes.map { Cell(try CQLValue.decode($0, as: column.type)) } ?? .null
                }
            }
        }
    }

    /// Runs CQL statements.
    func change(_ statements: String...) async throws {
        for statement in statements { _ = try await run(statement) }
    }

    private func run(_ statement: String) async throws {
        let target = try target(Choices())
        let lane = try Lane(name: "change")
        defer { lane.stop() }
        try await lane.run { (lane: isolated Lane) async throws -> Void in
            let session = try await target.connect(on: lane.loop)
            defer { session.close() }
            _ = try await session.query(statement, isIdempotent: true)
        }
    }

    func rowCount(_ table: String) async throws -> Int {
        guard case .text(let count)? = try await targetRows("SELECT count(*) FROM ks.\(table)").first?.first else {
            return -1
        }
        return Int(count) ?? -1
    }
}

/// Tells nobody.
struct SilentObserver: RunObserver {
    func noted(_ message: String) {}
    func progressed(_ snapshot: ProgressSnapshot) {}
}

extension RunReport {
    /// How a table came out, by its name without the schema.
    func table(_ name: String) -> TableReport? { tables.first { $0.source.name == name } }
}

extension TableReport {
    /// Why the table failed; empty when it did not.
    var failureText: String { if case .failed(let error) = outcome { "\(error)" } else { "" } }
}
