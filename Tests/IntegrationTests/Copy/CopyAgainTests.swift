import Migration
import SchemaTranslation
import TestSupport
import Testing

/// Encodings, selections, and runs that follow one another.
@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set")) struct CopyAgainTests {
    @Test func latin1ArrivesAsUTF8() async throws {
        let sql = """
            SET client_encoding = 'UTF8';
            CREATE TABLE "größe" (id int PRIMARY KEY, "straße" text, words text[], doc jsonb, fixed char(4));
            INSERT INTO "größe" VALUES (1, 'Käse für 5 £', '{ä,ß}', '{"ö": "ü"}', 'ñ');
            """
        try await CopyScene.run(sql, encoding: "LATIN1") { scene in
            let report = try await scene.setup()
            #expect(report.exitStatus == .success, "\(report.text)")
            let rows = try await scene.targetRows(#"SELECT "straße", words, doc, fixed FROM ks.gr__e"#)
            let words = Cell.list([.text("ä"), .text("ß")])
            #expect(rows == [[.text("Käse für 5 £"), words, .text(#"{"ö": "ü"}"#), .text("ñ   ")]])
        }
    }

    @Test func uncheckedTextIsCheckedRowByRow() async throws {
        let sql = """
            SET client_encoding = 'SQL_ASCII';
            CREATE TABLE t (id int PRIMARY KEY, v text, words text[], n int);
            INSERT INTO t VALUES (1, 'fine', NULL, 1), (2, E'\\xff', NULL, 2), (3, NULL, ARRAY['a', E'\\xc3'], 3),
                (4, E'\\xc3\\xa4', ARRAY[E'\\xc3\\xa4'], 4);
            """
        try await CopyScene.run(sql, encoding: "SQL_ASCII") { scene in
            let report = try await scene.setup()
            #expect(report.exitStatus == .incomplete)
            #expect(report.table("t")?.rejectedRowCount == 2, "\(report.text)")
            let rows = try await scene.targetRows("SELECT n, v, words FROM ks.t")
            #expect(
                Set(rows) == [
                    [.text("1"), .text("fine"), .null], [.text("4"), .text("ä"), .list([.text("ä")])],
                ]
            )
        }
    }

    @Test func anotherRunConverges() async throws {
        let sql = """
            CREATE TABLE t (id int PRIMARY KEY, a text, b int[], c numeric);
            INSERT INTO t SELECT i, 'a' || i, ARRAY[i], i FROM generate_series(1, 1000) i;
            """
        try await CopyScene.run(sql) { scene in
            #expect(try await scene.setup().exitStatus == .success)
            _ = try await scene.psql(
                """
                UPDATE t SET a = NULL WHERE id % 3 = 0;
                UPDATE t SET b = NULL, c = c + 0.5 WHERE id % 5 = 0;
                INSERT INTO t VALUES (2000, 'new', NULL, NULL);
                """
            )
            let again = try await scene.setup()
            #expect(again.exitStatus == .success, "\(again.text)")
            let source = try await scene.sourceRows("SELECT json_build_array(id::text, a, b::text[], c::text) FROM t")
            let target = try await scene.targetRows("SELECT id, a, b, c FROM ks.t")
            #expect(target.count == 1001)
            #expect(Set(source) == Set(target))
        }
    }

    @Test func onlySelectedTablesAreTouched() async throws {
        let names = ["orders", "order_lines", "people", "log"]
        let sql = names.map { "CREATE TABLE \($0) (id int PRIMARY KEY); INSERT INTO \($0) VALUES (1);" }.joined()
        try await CopyScene.run(sql) { scene in
            var choices = CopyScene.Choices()
            choices.tables = "order*,log"
            choices.excluded = "*_lines"
            let report = try await scene.setup(choices)
            #expect(report.tables.map(\.source.name) == ["log", "orders"])
            let tables = try await scene.targetRows(
                "SELECT table_name FROM system_schema.tables WHERE keyspace_name = 'ks'"
            )
            #expect(Set(tables) == [[.text("log")], [.text("orders")]])
        }
    }

    @Test func tablesCanBeMadeWithoutRows() async throws {
        try await CopyScene.run("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1);") { scene in
            var choices = CopyScene.Choices()
            choices.skipsExistingData = true
            let report = try await scene.setup(choices)
            #expect(report.exitStatus == .success)
            guard case .created? = report.table("t")?.outcome else {
                Issue.record("\(report.text)")
                return
            }
            #expect(try await scene.rowCount("t") == 0)
        }
    }

    @Test func floorsAreCounted() async throws {
        let sql = """
            CREATE TABLE t (id int PRIMARY KEY, at timestamp);
            INSERT INTO t VALUES (1, '2024-01-01 00:00:00.000001'), (2, '2024-01-01'), (3, '1960-01-01 00:00:00.999999');
            """
        try await CopyScene.run(sql) { scene in
            let report = try await scene.setup()
            #expect(report.exitStatus == .success)
            #expect(report.table("t")?.flooredValueCount == 2)
        }
    }
}
