import CQLClient
import CQLWire
import EmbeddedCQL
import Foundation
import PosixIO
import TestSupport
import Testing

/// The client against the in-memory node, over sockets.
@Suite struct EmbeddedNodeTests {
    private static let keyspace = """
        CREATE KEYSPACE IF NOT EXISTS shop \
        WITH replication = {'class': 'NetworkTopologyStrategy', 'datacenter1': 1}
        """
    private static let table = """
        CREATE TABLE IF NOT EXISTS shop."Orders" \
        (id int, "Line" smallint, note text, price decimal, tags frozen<list<text>>, \
        PRIMARY KEY ((id), "Line")) WITH CLUSTERING ORDER BY ("Line" DESC)
        """
    private static let insert = #"INSERT INTO shop."Orders" (id, "Line", note, price, tags) VALUES (?, ?, ?, ?, ?)"#

    private func withNode(
        _ options: NodeOptions = NodeOptions(),
        _ body: @Sendable (isolated Lane, CQLNode, CQLConfiguration) async throws -> Void
    ) async throws {
        let node = try await CQLNode.start(listen: .tcp(host: "127.0.0.1", port: 0), options: options)
        try await onLane { lane in
            try await body(lane, node, .test(.tcp(host: "127.0.0.1", port: node.port)))
        }
        await node.stop()
    }

    private func withSession(
        _ body: @Sendable (CQLSession, CQLNode) async throws -> Void
    ) async throws {
        try await withNode { lane, node, configuration in
            let session = try await CQLSession.connect(configuration, on: lane.loop)
            try await body(session, node)
        }
    }

    /// The values of one row, all of them functions of its number.
    private static func values(_ number: Int32) throws -> [CQLValueBytes] {
        let values: [CQLValue] = [
            .int(number / 10), .smallint(Int16(number % 10)), .text("row \(number)"),
            .decimal(CQLDecimal(unscaled: CQLVarint(number), scale: 2)), .list([.text("a"), .text("\(number)")]),
        ]
        return try values.map { .bytes(try $0.encoded()) }
    }

    @Test func schemaIsMadeAndReadBack() async throws {
        try await withSession { session, _ in
            #expect(try await session.keyspaceSchema("shop") == nil)
            #expect(try await session.changeSchema(Self.keyspace) == .agreed)
            #expect(try await session.changeSchema(Self.table) == .agreed)
            let schema = try #require(try await session.keyspaceSchema("shop"))
            #expect(schema.replication["class"]?.hasSuffix("NetworkTopologyStrategy") == true)
            let table = try #require(schema.table("Orders"))
            #expect(table.partitionKey.map(\.name) == ["id"])
            #expect(table.clusteringKey.map(\.name) == ["Line"])
            #expect(table.clusteringKey.map(\.clusteringOrder) == [.descending])
            #expect(table.column("tags")?.type == .frozen(.list(.text)))
            #expect(session.cluster.localNodeCount == 1)
        }
    }

    @Test func rowsAreWrittenAndReadInPages() async throws {
        try await withSession { session, _ in
            _ = try await session.changeSchema(Self.keyspace)
            _ = try await session.changeSchema(Self.table)
            let insert = try await session.prepare(Self.insert)
            #expect(insert.partitionKeyIndices == [0])
            for number in 0..<100 as Range<Int32> {
                _ = try await session.execute(insert, values: try Self.values(number), isIdempotent: true)
            }
            let select = try await session.prepare(#"SELECT id, "Line", note, price, tags FROM shop."Orders""#)
            let pages = RowPages(.prepared(select, values: []), session: session, StatementOptions(pageSize: 7))
            var rows: [[CQLValueBytes]] = []
            while let page = try await pages.next() {
                #expect(page.rows.rowCount <= 7)
                rows += try page.allRows().map { $0.values.map { $0.map { .bytes(Array($0)) } ?? .null } }
            }
            #expect(Set(rows) == Set(try (0..<100).map { try Self.values($0) }))
            #expect(rows.count == 100)
        }
    }

    @Test func batchesAndTimestampsAreUnderstood() async throws {
        try await withSession { session, _ in
            _ = try await session.changeSchema(Self.keyspace)
            _ = try await session.changeSchema(Self.table)
            let connection = try await session.connection()
            let insert = try await connection.prepare(Self.insert)
            let entries = try (0..<20).map { BatchEntry(.prepared(insert), values: try Self.values($0)) }
            let result = try await connection.batch(entries, kind: .unlogged, StatementOptions(defaultTimestamp: 5))
            #expect(result == .void)
            // An older write does not replace a newer one.
            var older = try Self.values(3)
            older[2] = .bytes(Array("older".utf8))
            _ = try await connection.execute(insert, values: older, StatementOptions(defaultTimestamp: 4))
            let rows = try await session.rows(#"SELECT note FROM shop."Orders""#)
            #expect(Set(try rows.map { try $0.text("note") }) == Set((0..<20).map { "row \($0)" }))
        }
    }

    @Test func restartedNodeLearnsItsStatementsAgain() async throws {
        let endpoint = Endpoint.tcp(host: "127.0.0.1", port: try unusedPort())
        let first = try await CQLNode.start(listen: endpoint)
        try await onLane { lane in
            let session = try await CQLSession.connect(.test(endpoint), on: lane.loop)
            _ = try await session.changeSchema(Self.keyspace)
            _ = try await session.changeSchema(Self.table)
            let insert = try await session.prepare(Self.insert)
            await first.stop()
            let second = try await CQLNode.start(listen: endpoint)
            // The connection is found broken, a new one is made, and the statement turns out to be unknown.
            _ = try await session.changeSchema(Self.keyspace)
            _ = try await session.changeSchema(Self.table)
            let result = try await session.execute(insert, values: try Self.values(1), isIdempotent: true)
            #expect(result == .void)
            await second.stop()
        }
    }

    @Test func droppedConnectionsFailTheirRequestsAndAreMadeAgain() async throws {
        try await withSession { session, node in
            let connection = try await session.connection()
            await node.closeConnections()
            let failure = await error { () async throws(CQLError) in
                try await connection.query("SELECT key FROM system.local")
            }
            #expect(failure != nil)
            #expect(try await session.rows("SELECT key FROM system.local").count == 1)
            #expect(try await session.connection() !== connection)
        }
    }

    @Test func thousandRequestsAtOnce() async throws {
        try await withNode { lane, node, configuration in
            let client = ConcurrentClient(on: lane.loop)
            try await client.connect(to: configuration.endpoints[0], configuration)
            let query = "SELECT release_version FROM system.local WHERE key='local'"
            let outcomes = await results(of: Array(repeating: query, count: 1000), from: client, on: lane.loop)
            let rowCounts = outcomes.map { outcome in
                if case .success(.rows(let rows)) = outcome { rows.rowCount } else { 0 }
            }
            #expect(rowCounts == Array(repeating: 1, count: 1000))
        }
    }

    @Test func serverErrorsAreTyped() async throws {
        try await withSession { session, _ in
            let cases: [(String, ErrorCode)] = [
                ("SELEC 1", .syntaxError), ("SELECT * FROM nowhere.t", .invalid),
                ("INSERT INTO system.local (key) VALUES", .syntaxError),
            ]
            for (statement, code) in cases {
                let failure = await error { () async throws(CQLError) in
                    try await session.query(statement, isIdempotent: true)
                }
                guard case .server(let error) = failure else {
                    Issue.record("\(statement): \(String(describing: failure))")
                    continue
                }
                #expect(error.code == code, "\(statement)")
            }
        }
    }

    @Test func overloadIsRetriedUntilItPasses() async throws {
        var options = NodeOptions()
        options.fault = { attempt in
            let overloaded = ErrorResponse(code: .overloaded, message: "busy")
            return attempt.number < 2 && attempt.opcode == .execute ? .error(overloaded, afterApplying: true) : nil
        }
        try await withNode(options) { lane, _, configuration in
            let session = try await CQLSession.connect(configuration, on: lane.loop)
            _ = try await session.changeSchema(Self.keyspace)
            _ = try await session.changeSchema(Self.table)
            let insert = try await session.prepare(Self.insert)
            let result = try await session.execute(insert, values: try Self.values(1), isIdempotent: true)
            #expect(result == .void)
        }
    }

    @Test(arguments: [("root", true), ("wrong", false)])
    func passwordsAreChecked(_ password: String, _ isRight: Bool) async throws {
        var options = NodeOptions()
        options.login = NodeOptions.Login(user: "root", password: "root")
        try await withNode(options) { lane, _, configuration in
            var configuration = configuration
            configuration.credentials = CQLCredentials(user: "root", password: password)
            let failure = await error { () async throws(CQLError) in
                try await CQLSession.connect(configuration, on: lane.loop)
            }
            guard !isRight else {
                #expect(failure == nil)
                return
            }
            guard case .authenticationFailed = failure?.connectionCode else {
                Issue.record("\(String(describing: failure))")
                return
            }
        }
    }

    @Test func sessionsRunOverTLS() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "pgscylla-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let certificates = try await TestCertificates.make(in: folder.path)
        var options = NodeOptions()
        options.tls = TLSServerConfiguration(
            identity: TLSIdentity(
                certificateChainPath: certificates.server.certificate,
                privateKeyPath: certificates.server.privateKey
            )
        )
        try await withNode(options) { lane, node, configuration in
            var configuration = configuration
            configuration.endpoints = [.tcp(host: "localhost", port: node.port)]
            configuration.tls = TLSClientConfiguration(verification: .full(.file(path: certificates.authority)))
            let session = try await CQLSession.connect(configuration, on: lane.loop)
            #expect(try await session.rows("SELECT key FROM system.local").count == 1)
            configuration.tls = nil
            let failure = await error { () async throws(CQLError) in
                try await CQLSession.connect(configuration, on: lane.loop)
            }
            #expect(failure != nil)
        }
        try FileManager.default.removeItem(at: folder)
    }

    @Test func olderProtocolWorksToo() async throws {
        try await withNode { lane, _, configuration in
            var configuration = configuration
            configuration.protocolVersion = .v3
            let session = try await CQLSession.connect(configuration, on: lane.loop)
            _ = try await session.changeSchema(Self.keyspace)
            _ = try await session.changeSchema(Self.table)
            let insert = try await session.prepare(Self.insert)
            #expect(insert.markers.map(\.type) == [.int, .smallint, .text, .decimal, .list(.text)])
            _ = try await session.execute(insert, values: try Self.values(1), isIdempotent: true)
            #expect(try await session.rows(#"SELECT id FROM shop."Orders""#).count == 1)
        }
    }
}
