import EmbeddedCQL
import Migration
import SchemaTranslation
import TestSupport
import Testing

/// Names, keys, partitions, inheritance, and tables of unusual size.
@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set")) struct TableShapeCopyTests {
    @Test func unusualNamesArrive() async throws {
        let sql = """
            CREATE TABLE "Select" ("Primary" int, "a b" text, "quote""d" text, "from" text, "ünï" text,
                "end." text, PRIMARY KEY ("Primary"));
            INSERT INTO "Select" VALUES (1, 'a', 'b', 'c', 'd', 'e'), (2, NULL, 'x', NULL, NULL, NULL);
            CREATE TABLE "a table" (id int PRIMARY KEY, v int);
            INSERT INTO "a table" VALUES (1, 2);
            """
        try await CopyScene.run(sql) { scene in
            let report = try await scene.setup()
            #expect(report.exitStatus == .success, "\(report.text)")
            let columns = #""Primary", "a b", "quote""d", "from", "ünï", "end.""#
            let source = try await scene.sourceRows(
                #"SELECT json_build_array("Primary"::text, "a b", "quote""d", "from", "ünï", "end.") FROM "Select""#
            )
            let target = try await scene.targetRows("SELECT \(columns) FROM ks.\"Select\"")
            #expect(Set(source) == Set(target))
            #expect(try await scene.targetRows("SELECT id, v FROM ks.a_table") == [[.text("1"), .text("2")]])
        }
    }

    @Test(arguments: [PartitionKeyChoice.all, .first])
    func compositeKeysKeepTheirOrder(_ choice: PartitionKeyChoice) async throws {
        let sql = """
            CREATE TABLE t (a int, note text, b text, c date, PRIMARY KEY (c, a, b));
            INSERT INTO t SELECT i % 7, 'n' || i, 'b' || i % 3, date '2024-01-01' + i % 11
                FROM generate_series(0, 7 * 3 * 11 - 1) i;
            """
        try await CopyScene.run(sql) { scene in
            var choices = CopyScene.Choices()
            choices.partitionKey = choice
            let report = try await scene.setup(choices)
            #expect(report.exitStatus == .success, "\(report.text)")
            let source = try await scene.sourceRows(
                "SELECT json_build_array((c - date '1970-01-01')::text, a::text, b, note) FROM t"
            )
            let target = try await scene.targetRows("SELECT c, a, b, note FROM ks.t")
            #expect(target.count == 231)
            #expect(Set(source) == Set(target))
            let parts = try await scene.targetRows(
                "SELECT column_name, kind FROM system_schema.columns WHERE keyspace_name = 'ks' AND table_name = 't'"
            )
            let rest = choice == .all ? "partition_key" : "clustering"
            let expected: [(String, String)] = [("c", "partition_key"), ("a", rest), ("b", rest), ("note", "regular")]
            #expect(Set(parts) == Set(expected.map { [.text($0), .text($1)] }))
        }
    }

    @Test func partitionsChildrenAndGeneratedColumnsAreRead() async throws {
        let sql = """
            CREATE TABLE m (id int, region text, v int, twice int GENERATED ALWAYS AS (v * 2) STORED,
                PRIMARY KEY (id, region)) PARTITION BY LIST (region);
            CREATE TABLE m_eu PARTITION OF m FOR VALUES IN ('eu') PARTITION BY RANGE (id);
            CREATE TABLE m_eu_low PARTITION OF m_eu FOR VALUES FROM (0) TO (500);
            -- Columns in another order than the parent's.
            CREATE TABLE m_eu_high (v int, region text NOT NULL, gone int, id int NOT NULL,
                twice int GENERATED ALWAYS AS (v * 2) STORED);
            ALTER TABLE m_eu_high DROP COLUMN gone;
            ALTER TABLE m_eu ATTACH PARTITION m_eu_high FOR VALUES FROM (500) TO (1000);
            CREATE TABLE m_rest PARTITION OF m DEFAULT;
            INSERT INTO m (id, region, v) SELECT i, CASE WHEN i % 2 = 0 THEN 'eu' ELSE 'us' END, i
                FROM generate_series(0, 999) i;
            CREATE TABLE animals (id int PRIMARY KEY, name text);
            CREATE TABLE cats (lives int) INHERITS (animals);
            INSERT INTO animals VALUES (1, 'worm');
            INSERT INTO cats VALUES (2, 'tom', 9);
            CREATE TABLE nothing (id int PRIMARY KEY);
            CREATE TABLE keyless (v int);
            INSERT INTO keyless VALUES (1);
            """
        try await CopyScene.run(sql) { scene in
            let report = try await scene.setup()
            #expect(report.exitStatus == .success, "\(report.text)")
            #expect(report.tables.map(\.source.name).sorted() == ["animals", "keyless", "m", "nothing"])
            guard case .skipped(.noPrimaryKey)? = report.table("keyless")?.outcome else {
                Issue.record("\(String(describing: report.table("keyless")))")
                return
            }
            let source = try await scene.sourceRows(
                "SELECT json_build_array(id::text, region, v::text, twice::text) FROM m"
            )
            let target = try await scene.targetRows("SELECT id, region, v, twice FROM ks.m")
            #expect(target.count == 1000)
            #expect(Set(source) == Set(target))
            let animals = try await scene.targetRows("SELECT id, name FROM ks.animals")
            #expect(Set(animals) == [[.text("1"), .text("worm")], [.text("2"), .text("tom")]])
            #expect(try await scene.rowCount("nothing") == 0)
        }
    }

    @Test func aTableInSplitsArrivesOnce() async throws {
        let sql = """
            CREATE TABLE big (id bigint PRIMARY KEY, n int, filler text);
            ALTER TABLE big ALTER COLUMN filler SET STORAGE PLAIN;
            INSERT INTO big SELECT i, i % 1000, repeat(chr(97 + i % 26), 1500) FROM generate_series(1, 30000) i;
            -- Holes and moved rows: pages are read whatever is on them.
            DELETE FROM big WHERE id % 10 = 0;
            UPDATE big SET n = -n WHERE id % 7 = 0;
            """
        try await CopyScene.run(sql) { scene in
            let report = try await scene.setup()
            #expect(report.exitStatus == .success, "\(report.text)")
            #expect(report.table("big")?.rowCount == 27_000)
            // Each row was written once, not only kept once.
            #expect(await scene.node.counters().writtenRows == 27_000)
            let source = try await scene.sourceRows("SELECT json_build_array(id::text, n::text) FROM big")
            let target = try await scene.targetRows("SELECT id, n FROM ks.big")
            #expect(target.count == 27_000)
            #expect(Set(source) == Set(target))
            let filler = try await scene.targetRows("SELECT filler FROM ks.big WHERE id = 27")
            #expect(filler == [[.text(String(repeating: "b", count: 1500))]])
        }
    }

    @Test func largeRowsArrive() async throws {
        let sql = """
            CREATE TABLE large (id int PRIMARY KEY, body text, bytes bytea, words text[]);
            INSERT INTO large SELECT i, repeat(chr(97 + i), n), decode(repeat('00ff', n / 2), 'hex'),
                ARRAY[repeat('x', n), 'end']
            FROM (VALUES (0, 10), (1, 65535), (2, 65536), (3, 70000), (4, 1000000), (5, 5000000), (6, 20)) v (i, n);
            INSERT INTO large SELECT i, 'small', NULL, NULL FROM generate_series(100, 3000) i;
            """
        try await CopyScene.run(sql) { scene in
            let report = try await scene.setup()
            #expect(report.exitStatus == .success, "\(report.text)")
            #expect(report.table("large")?.rowCount == 2908)
            for id in [0, 1, 2, 3, 4, 5, 6, 100] {
                let source = try await scene.sourceRows(
                    """
                    SELECT json_build_array(id::text, body, encode(bytes, 'hex'), to_json(words))
                    FROM large WHERE id = \(id)
                    """
                )
                let target = try await scene.targetRows("SELECT id, body, bytes, words FROM ks.large WHERE id = \(id)")
                // No #expect: it would print megabytes.
                if source != target { Issue.record("row \(id) differs") }
            }
            #expect(try await scene.rowCount("large") == 2908)
        }
    }

    @Test func aWideTableArrives() async throws {
        let columns = (0..<300).map { "c\($0) \($0 % 3 == 0 ? "int" : $0 % 3 == 1 ? "text" : "bool")" }
        let values = (0..<300).map { index in
            let value = index % 3 == 0 ? "i * \(index)" : index % 3 == 1 ? "'v' || i" : "i % 2 = 0"
            return "CASE WHEN (i + \(index)) % 5 > 0 THEN \(value) END"
        }
        let sql = """
            CREATE TABLE wide (id int PRIMARY KEY, \(columns.joined(separator: ", ")));
            INSERT INTO wide SELECT i, \(values.joined(separator: ", ")) FROM generate_series(1, 50) i;
            """
        try await CopyScene.run(sql) { scene in
            let report = try await scene.setup()
            #expect(report.exitStatus == .success, "\(report.text)")
            let names = (0..<300).map { "c\($0)" }
            let texts = names.map { "\($0)::text" }.joined(separator: ", ")
            let source = try await scene.sourceRows("SELECT to_json(ARRAY[id::text, \(texts)]) FROM wide")
            let target = try await scene.targetRows("SELECT id, \(names.joined(separator: ", ")) FROM ks.wide")
            #expect(Set(source) == Set(target))
            #expect(target.count == 50)
        }
    }
}
