import Foundation
import Migration
import TestSupport
import Testing

/// Rows that CQL cannot hold: they stay behind, the others do not.
@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set")) struct RejectTests {
    private static let schema = """
        CREATE TABLE t (id int PRIMARY KEY, num numeric, day date, at timestamptz, clock time, ip inet, list int[],
            nums numeric[]);
        INSERT INTO t (id) SELECT generate_series(100, 999);
        INSERT INTO t (id, num) VALUES (1, 'NaN');
        INSERT INTO t (id, day) VALUES (4, 'infinity'), (5, '-infinity');
        INSERT INTO t (id, at) VALUES (6, 'infinity'), (7, '-infinity');
        INSERT INTO t (id, clock) VALUES (8, '24:00');
        INSERT INTO t (id, ip) VALUES (9, '10.0.0.0/8'), (10, '10.0.0.1/32');
        INSERT INTO t (id, list) VALUES (11, '{1,NULL}'), (12, '{{1,2},{3,4}}'), (13, '[0:1]={1,2}'), (14, '{1,2}');
        INSERT INTO t (id, nums) VALUES (15, '{1,NaN}');
        CREATE TABLE texts (k text PRIMARY KEY, v text);
        ALTER TABLE texts ALTER COLUMN k SET STORAGE PLAIN;
        INSERT INTO texts VALUES ('', 'empty'), ('k', 'kept');
        CREATE TABLE moments (at timestamp, n int, PRIMARY KEY (at, n));
        INSERT INTO moments VALUES ('2024-01-01 00:00:00.123456', 1), ('2024-01-01 00:00:00.123', 2);
        """
    private static let reasons: [Int: (column: String, word: String)] = [
        1: ("num", "NaN"), 4: ("day", "infinity"), 5: ("day", "infinity"), 6: ("at", "infinity"),
        7: ("at", "infinity"), 8: ("clock", "24:00"), 9: ("ip", "mask"), 11: ("list", "NULL"),
        12: ("list", "2 dimensions"), 13: ("list", "begins at 0"), 15: ("nums", "NaN"),
    ]

    private func lines(_ path: String) throws -> [[String: Any]] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
            try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    @Test func whatDoesNotFitIsWrittenDownAndTheRestIsCopied() async throws {
        try await CopyScene.run(Self.schema) { scene in
            let report = try await scene.setup()
            #expect(report.exitStatus == .incomplete)
            #expect(report.table("t")?.rejectedRowCount == Self.reasons.count)
            #expect(report.table("t")?.rowCount == 902)
            #expect(try await scene.rowCount("t") == 902)
            let rejected = try lines(scene.rejectsPath)
            var ids: Set<Int> = []
            for line in rejected where line["table"] as? String == "public.t" {
                let key = try #require(line["key"] as? [String: String])
                let id = try #require(key["id"].flatMap { Int($0) })
                let expected = try #require(Self.reasons[id], "row \(id) was rejected: \(line)")
                ids.insert(id)
                #expect(line["column"] as? String == expected.column)
                #expect((line["reason"] as? String)?.contains(expected.word) == true, "\(line)")
                let row = try #require(line["row"] as? [String: Any])
                #expect(row.count == 8)
                #expect(row["id"] as? String == String(id))
                #expect(row[expected.column] is String)
            }
            #expect(ids == Set(Self.reasons.keys))
            #expect(rejected.filter { $0["table"] as? String == "public.texts" }.count == 1)
            #expect(try await scene.targetRows("SELECT k, v FROM ks.texts") == [[.text("k"), .text("kept")]])
            #expect(rejected.filter { $0["table"] as? String == "public.moments" }.count == 1)
            #expect(try await scene.targetRows("SELECT n FROM ks.moments") == [[.text("2")]])
        }
    }

    @Test func infiniteNumbersAreRejected() async throws {
        let sql = """
            CREATE TABLE t (id int PRIMARY KEY, num numeric);
            INSERT INTO t VALUES (1, 'Infinity'), (2, '-Infinity'), (3, 3);
            """
        try await CopyScene.run(sql) { scene in
            let report = try await scene.setup()
            #expect(report.table("t")?.rejectedRowCount == 2)
            let reasons = try lines(scene.rejectsPath).map { $0["reason"] as? String }
            #expect(reasons == ["infinity cannot be a CQL decimal", "infinity cannot be a CQL decimal"])
            #expect(try await scene.targetRows("SELECT id, num FROM ks.t") == [[.text("3"), .text("3")]])
        }
    }

    /// A partition key of several columns is bounded as a whole.
    @Test func keysThatAreTooLongAreRejected() async throws {
        // PostgreSQL bounds the entries of its index, which are compressed; these texts shrink to almost nothing.
        let sql = """
            CREATE TABLE one (k text PRIMARY KEY, v int);
            INSERT INTO one VALUES (repeat('x', 65535), 1), (repeat('x', 65536), 2), (repeat('y', 200000), 3), ('z', 4);
            CREATE TABLE two (a text, b text, v int, PRIMARY KEY (a, b));
            INSERT INTO two VALUES (repeat('x', 40000), repeat('y', 40000), 1), ('a', '', 2), ('', 'b', 3);
            """
        try await CopyScene.run(sql) { scene in
            let report = try await scene.setup()
            #expect(report.table("one")?.rejectedRowCount == 2)
            #expect(Set(try await scene.targetRows("SELECT v FROM ks.one")) == [[.text("1")], [.text("4")]])
            #expect(report.table("two")?.rejectedRowCount == 1)
            #expect(Set(try await scene.targetRows("SELECT v FROM ks.two")) == [[.text("2")], [.text("3")]])
            #expect(try lines(scene.rejectsPath).allSatisfy { ($0["reason"] as? String)?.contains("65535") == true })
        }
    }

    @Test func laterRunsAppend() async throws {
        let sql = "CREATE TABLE t (id int PRIMARY KEY, num numeric); INSERT INTO t VALUES (1, 'NaN'), (2, 2);"
        try await CopyScene.run(sql) { scene in
            _ = try await scene.setup()
            _ = try await scene.setup()
            let stamps = try lines(scene.rejectsPath).compactMap { $0["timestamp"] as? Int }
            #expect(stamps.count == 2)
            #expect(Set(stamps).count == 2)
        }
    }

    /// More rejected rows than are gathered at once, by several readers.
    @Test func everyRowCanBeRejected() async throws {
        let sql = """
            CREATE TABLE t (id int PRIMARY KEY, num numeric); INSERT INTO t SELECT i, 'NaN' FROM generate_series(1, 3000) i;
            CREATE TABLE u (id int PRIMARY KEY, num numeric); INSERT INTO u SELECT i, 'NaN' FROM generate_series(1, 3000) i;
            """
        try await CopyScene.run(sql) { scene in
            let report = try await scene.setup()
            #expect(report.rejectedRowCount == 6000)
            #expect(try lines(scene.rejectsPath).count == 6000)
            #expect(try await scene.rowCount("t") == 0)
        }
    }

    @Test(arguments: ["/dev/full", "/nonexistent/rejects.jsonl", "/"])
    func aRejectsFileThatCannotBeWrittenFailsItsTable(_ path: String) async throws {
        let sql = """
            CREATE TABLE bad (id int PRIMARY KEY, num numeric); INSERT INTO bad VALUES (1, 'NaN'), (2, 2);
            CREATE TABLE good (id int PRIMARY KEY); INSERT INTO good VALUES (1);
            """
        try await CopyScene.run(sql) { scene in
            let output = try await scene.runProgram("--rejects-file", path)
            #expect(output.status == 1)
            let said = (output.standardOutput + output.standardError).split(separator: "\n")
            #expect(said.filter { $0.contains("cannot write rejected rows to \"\(path)\"") }.count == 1, "\(said)")
            #expect(try await scene.rowCount("good") == 1)
        }
    }

    /// What is no file cannot be synchronized, which is no reason to fail.
    @Test(arguments: ["/dev/null", "/dev/stdout"]) func rejectedRowsCanGoToADevice(_ path: String) async throws {
        let sql = "CREATE TABLE t (id int PRIMARY KEY, num numeric); INSERT INTO t VALUES (1, 'NaN'), (2, 2);"
        try await CopyScene.run(sql) { scene in
            let output = try await scene.runProgram("--rejects-file", path)
            #expect(output.status == 1)
            #expect(!output.standardOutput.contains("cannot write"), "\(output.standardOutput)")
            #expect(try await scene.rowCount("t") == 1)
        }
    }
}
