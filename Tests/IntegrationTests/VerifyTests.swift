import CQLClient
import EmbeddedCQL
import Migration
import PosixIO
import SchemaTranslation
import TestSupport
import Testing

@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set"))
struct VerifyTests {
    /// A PostgreSQL database and an in-memory node, of one test.
    private struct Stage {
        let server: PostgresServer
        let database: String
        let node: CQLNode

        static func make(_ sql: String) async throws -> Stage {
            let server = try await PostgresServer.shared()
            let database = try await server.createUniqueDatabase()
            _ = try await server.psql(sql, database: database)
            let node = try await CQLNode.start(listen: .tcp(host: "127.0.0.1", port: 0))
            return Stage(server: server, database: database, node: node)
        }

        func source() throws -> SourceConfiguration {
            try SourceConfiguration(server, database: database)
        }

        func target() throws -> TargetConfiguration {
            try TargetConfiguration(endpoints: [.tcp(host: "127.0.0.1", port: UInt16(node.port))], keyspace: "ks")
        }

        func copy() async throws -> RunReport {
            let setup = try SetupConfiguration(
                source: source(),
                target: target(),
                request: PlanRequest(keyspace: "ks"),
                readerCount: 2,
                requestLimit: nil,
                fetchSize: nil,
                skipsExistingData: false,
                rejectsPath: "/tmp/pgscylla-\(database).jsonl"
            )
            return try await SetupCoordinator(setup, observer: Silence()).run()
        }

        func verify(examples: Int = 10) async throws -> VerificationReport {
            let verification = try VerifyConfiguration(
                source: source(),
                target: target(),
                request: PlanRequest(keyspace: "ks"),
                readerCount: 2,
                exampleLimit: examples
            )
            return try await VerificationCoordinator(verification, observer: Silence()).run()
        }

        /// Runs CQL statements behind the migration's back.
        func change(_ statements: String...) async throws {
            let target = try target()
            let lane = try Lane(name: "change")
            defer { lane.stop() }
            try await lane.run { (lane: isolated Lane) async throws -> Void in
                let session = try await target.connect(on: lane.loop)
                defer { session.close() }
                for statement in statements { _ = try await session.query(statement, isIdempotent: true) }
            }
        }
    }

    private struct Silence: RunObserver {
        func noted(_ message: String) {}
        func progressed(_ snapshot: ProgressSnapshot) {}
    }

    private static let schema = """
        CREATE TABLE items (
            id bigint PRIMARY KEY, name text, price numeric(10,2), seen timestamptz, tags text[], ip inet, doc jsonb
        );
        INSERT INTO items SELECT i, CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE 'name ' || i END, i / 7.0,
            timestamptz '2024-01-01' + i * interval '1.000123 s', ARRAY['a', i::text], '10.0.0.1'::inet + i,
            jsonb_build_object('i', i)
        FROM generate_series(1, 2000) i;
        CREATE TABLE pairs (a int, b text, c date, PRIMARY KEY (b, a));
        INSERT INTO pairs SELECT i % 10, 'k' || i, date '2000-01-01' + i FROM generate_series(1, 500) i;
        CREATE TABLE nothing (id uuid PRIMARY KEY, x int);
        ANALYZE;
        """

    private func comparison(_ report: VerificationReport, _ table: String) throws -> TableComparison {
        let found = try #require(report.tables.first { $0.source == QualifiedName("public", table) })
        guard case .compared(let comparison) = found.outcome else {
            Issue.record("\(found.outcome)")
            return TableComparison()
        }
        return comparison
    }

    @Test func aCopyIsEqual() async throws {
        let stage = try await Stage.make(Self.schema)
        #expect(try await stage.copy().exitStatus == .success)
        let report = try await stage.verify()
        #expect(report.exitStatus == .success, "\(report.text)")
        #expect(try comparison(report, "items").sourceRowCount == 2000)
        #expect(try comparison(report, "items").targetRowCount == 2000)
        #expect(try comparison(report, "pairs").targetRowCount == 500)
        #expect(report.tables.count == 3)
        await stage.node.stop()
    }

    @Test func everyKindOfDifferenceIsFound() async throws {
        let stage = try await Stage.make(Self.schema)
        #expect(try await stage.copy().exitStatus == .success)
        try await stage.change(
            "UPDATE ks.items SET price = 9.99 WHERE id = 17",
            // NULL becomes empty, and empty becomes NULL.
            "UPDATE ks.items SET name = '' WHERE id = 3",
            "DELETE name FROM ks.items WHERE id = 4",
            "DELETE FROM ks.items WHERE id = 99",
            "INSERT INTO ks.items (id, name) VALUES (5000, 'new')",
            "UPDATE ks.pairs SET c = '1999-12-31' WHERE b = 'k7' AND a = 7"
        )
        let report = try await stage.verify()
        #expect(report.exitStatus == .incomplete)
        let items = try comparison(report, "items")
        #expect(items.missingCount == 1 && items.extraCount == 1 && items.differingCount == 3)
        func kind(_ id: String) -> RowDifference.Kind? {
            items.examples.first { $0.key == [.init("id", id)] }?.kind
        }
        #expect(kind("99") == .missing)
        #expect(kind("5000") == .extra)
        #expect(kind("3") == .differing([.init("name", source: nil, target: "''")]))
        #expect(kind("4") == .differing([.init("name", source: "''", target: nil)]))
        #expect(kind("17") == .differing([.init("price", source: "2.43", target: "9.99")]))
        let pairs = try comparison(report, "pairs")
        #expect(
            pairs.examples == [
                RowDifference(
                    key: [.init("b", "'k7'"), .init("a", "7")],
                    kind: .differing([.init("c", source: "'2000-01-08'", target: "'1999-12-31'")])
                )
            ]
        )
        #expect(try comparison(report, "nothing").isEqual)
        await stage.node.stop()
    }

    @Test func aRowThatTheTargetCannotHoldIsExplained() async throws {
        let stage = try await Stage.make(
            "CREATE TABLE n (id int PRIMARY KEY, x numeric); INSERT INTO n VALUES (1, 1), (2, 'NaN'), (3, 3)"
        )
        _ = try await stage.copy()
        let found = try comparison(try await stage.verify(), "n")
        #expect(found.unrepresentableCount == 1 && found.missingCount == 0)
        #expect(
            found.examples == [
                RowDifference(
                    key: [.init("id", "2")],
                    kind: .unrepresentable(column: "x", reason: .numericNotANumber)
                )
            ]
        )
        await stage.node.stop()
    }

    /// The target still has the row that was there before the source's value became one that it cannot hold.
    @Test func anOutdatedRowUnderAnUnrepresentableOneIsNotExtra() async throws {
        let stage = try await Stage.make(
            """
            CREATE TABLE n (x numeric, b text, a int, PRIMARY KEY (a, b));
            INSERT INTO n VALUES (1, 'k', 1), (2, 'k', 2), (3, 'k', 3)
            """
        )
        #expect(try await stage.copy().exitStatus == .success)
        _ = try await stage.server.psql("UPDATE n SET x = 'NaN' WHERE a = 2", database: stage.database)
        let found = try comparison(try await stage.verify(), "n")
        #expect(found.unrepresentableCount == 1 && found.differingCount == 1)
        #expect(found.missingCount == 0 && found.extraCount == 0)
        #expect(
            found.examples.last
                == RowDifference(
                    key: [.init("a", "2"), .init("b", "'k'")],
                    kind: .differing([.init("x", source: "NaN", target: "2")])
                )
        )
        await stage.node.stop()
    }

    @Test func aTableThatIsNotThereOrAnotherFails() async throws {
        let stage = try await Stage.make(Self.schema)
        _ = try await stage.copy()
        try await stage.change(
            "DROP TABLE ks.nothing",
            "DROP TABLE ks.pairs",
            "CREATE TABLE ks.pairs (a int PRIMARY KEY, b text)"
        )
        let report = try await stage.verify()
        #expect(report.exitStatus == .incomplete)
        #expect(report.text.contains("table ks.nothing does not exist in the target"))
        #expect(report.text.contains("table ks.pairs has another shape in the target"))
        #expect(try comparison(report, "items").isEqual)
        await stage.node.stop()
    }

    /// More than one split and one token range, and more than one page of each.
    @Test func aLargeTableIsReadInParts() async throws {
        let stage = try await Stage.make(
            """
            CREATE TABLE wide (id int PRIMARY KEY, filler text);
            ALTER TABLE wide ALTER filler SET STORAGE PLAIN;
            INSERT INTO wide SELECT i, repeat(i::text, 300) FROM generate_series(1, 20000) i;
            ANALYZE wide;
            """
        )
        #expect(try await stage.copy().exitStatus == .success)
        #expect(try comparison(try await stage.verify(), "wide").isEqual)
        try await stage.change("DELETE FROM ks.wide WHERE id = 12345", "DELETE FROM ks.wide WHERE id = 1")
        let found = try comparison(try await stage.verify(examples: 1), "wide")
        #expect(found.missingCount == 2 && found.examples.count == 1)
        await stage.node.stop()
    }
}
