import CQLWire
import Testing

@testable import EmbeddedCQL

@Suite struct LightweightTransactionTests {
    private func makeDatabase() throws -> TestDatabase {
        try TestDatabase(
            "CREATE TABLE t (k int, c int, s int static, v text, m map<text, int>, PRIMARY KEY (k, c))",
            "INSERT INTO t (k, c, v, m) VALUES (1, 1, 'a', {'x': 1})",
            "CREATE TABLE u (k int PRIMARY KEY, v text)"
        )
    }

    /// The rows of the answer.
    private func answer(
        _ database: TestDatabase,
        _ statement: String,
        _ values: [CQLValueBytes]? = nil
    ) throws -> [[String]] {
        guard case .result(.rows(let rows)) = try database.run(statement, values) else { throw TestDatabase.NotRows() }
        return try rows.texts()
    }

    @Test(arguments: [
        ("INSERT INTO t (k, c, v) VALUES (1, 2, 'b') IF NOT EXISTS", [["true"]]),
        ("INSERT INTO t (k, c, v) VALUES (1, 1, 'b') IF NOT EXISTS", [["false", "1", "1", "null", "{'x': 1}", "'a'"]]),
        ("UPDATE t SET v = 'b' WHERE k = 1 AND c = 1 IF EXISTS", [["true"]]),
        ("UPDATE t SET v = 'b' WHERE k = 1 AND c = 9 IF EXISTS", [["false"]]),
        ("UPDATE t SET v = 'b' WHERE k = 1 AND c = 1 IF v = 'a'", [["true"]]),
        ("UPDATE t SET v = 'b' WHERE k = 1 AND c = 1 IF v = 'z'", [["false", "'a'"]]),
        ("UPDATE t SET v = 'b' WHERE k = 1 AND c = 1 IF v != 'a'", [["false", "'a'"]]),
        ("UPDATE t SET v = 'b' WHERE k = 1 AND c = 1 IF v > 'A' AND v < 'b'", [["true"]]),
        ("UPDATE t SET v = 'b' WHERE k = 1 AND c = 1 IF v IN ('q', 'a')", [["true"]]),
        ("UPDATE t SET v = 'b' WHERE k = 1 AND c = 1 IF v IN ('q', null)", [["false", "'a'"]]),
        ("UPDATE t SET v = 'b' WHERE k = 1 AND c = 9 IF v = null", [["true"]]),
        ("UPDATE t SET v = 'b' WHERE k = 1 AND c = 1 IF m['x'] = 1", [["true"]]),
        ("UPDATE t SET v = 'b' WHERE k = 1 AND c = 1 IF m['y'] = 1", [["false", "{'x': 1}"]]),
        ("UPDATE t SET s = 1 WHERE k = 1 IF s = null", [["true"]]),
        ("UPDATE t SET s = 1 WHERE k = 1 IF s = 5", [["false", "null"]]),
        ("DELETE FROM t WHERE k = 1 AND c = 1 IF EXISTS", [["true"]]),
        ("DELETE v FROM t WHERE k = 1 AND c = 1 IF v = 'x'", [["false", "'a'"]]),
    ])
    func answers(_ statement: String, _ expected: [[String]]) throws {
        let database = try makeDatabase()
        let before = try database.rows("SELECT * FROM t")
        #expect(try answer(database, statement) == expected)
        // What is not applied changes nothing.
        if expected[0][0] == "false" { #expect(try database.rows("SELECT * FROM t") == before) }
    }

    @Test(arguments: [
        ("IF EXISTS", "IF v = 'a'", "Cannot mix IF conditions and IF NOT EXISTS for the same row"),
        ("IF v = 'a'", "IF EXISTS", "Cannot mix IF conditions and IF EXISTS for the same row"),
    ])
    func refusesToMixConditionsOnARow(_ first: String, _ second: String, _ message: String) throws {
        let update = "UPDATE t SET v = 'b' WHERE k = 1 AND c = 1"
        let database = try makeDatabase()
        let batch = "BEGIN BATCH \(update) \(first); \(update) \(second); APPLY BATCH"
        #expect(database.refusal(batch) == .invalid(message))
        let insert = "INSERT INTO t (k, c) VALUES (1, 1) IF NOT EXISTS"
        #expect(
            database.refusal("BEGIN BATCH \(insert); \(update) IF EXISTS; APPLY BATCH")
                == .invalid("Cannot mix IF EXISTS and IF NOT EXISTS conditions for the same row")
        )
        // On rows of their own they may differ.
        let other = "INSERT INTO t (k, c) VALUES (1, 2) IF NOT EXISTS"
        let statics = "UPDATE t SET s = 1 WHERE k = 1 IF s = null"
        #expect(
            try answer(database, "BEGIN BATCH \(update) \(first); \(other); \(statics); APPLY BATCH") == [["true"]]
        )
    }

    @Test func namesItsColumns() throws {
        let database = try makeDatabase()
        guard
            case .result(.rows(let rows)) = try database.run(
                "UPDATE t SET v = 'b' WHERE k = 1 AND c = 1 IF v = 'z' AND s = 1"
            )
        else { throw TestDatabase.NotRows() }
        #expect(rows.metadata.columns?.map(\.name) == ["[applied]", "v", "s"])
        #expect(rows.metadata.columns?.map(\.type) == [.boolean, .text, .int])
    }

    @Test func aBatchIsAppliedAsAWhole() throws {
        let database = try makeDatabase()
        let batch = """
            BEGIN BATCH INSERT INTO t (k, c, v) VALUES (1, 5, 'n') IF NOT EXISTS; UPDATE t SET v = 'q' WHERE k = 1 AND c = 1;
            APPLY BATCH
            """
        #expect(try answer(database, batch) == [["true"]])
        #expect(try database.rows("SELECT c, v FROM t") == [["1", "'q'"], ["5", "'n'"]])
        #expect(try answer(database, batch.replacing("'q'", with: "'r'"))[0].first == "false")
        #expect(try database.rows("SELECT c, v FROM t") == [["1", "'q'"], ["5", "'n'"]])
    }

    @Test func isNeverWrittenIntoThePast() throws {
        let database = try makeDatabase()
        _ = try database.run("INSERT INTO u (k, v) VALUES (1, 'a') IF NOT EXISTS", timestamp: 1)
        let written = try #require(Int64(try database.rows("SELECT writetime(v) FROM u")[0][0]))
        #expect(written > 1_000_000)
    }

    @Test func isPreparedAndBound() throws {
        let database = try makeDatabase()
        let prepared = try database.database.prepare("UPDATE ks.u SET v = ? WHERE k = ? IF v = ?", keyspace: nil)
        #expect(prepared.markers.map(\.name) == ["v", "k", "v"])
        #expect(prepared.partitionKeyIndices == [1])
        #expect(prepared.id.bytes.first != PreparedStatements.writeTag, "the discarding node must not answer void")
        let update = "UPDATE u SET v = ? WHERE k = ? IF v = ?"
        #expect(try answer(database, update, [text("x"), int(1), .null]) == [["true"]])
        #expect(try answer(database, update, [text("y"), int(1), text("w")]) == [["false", "'x'"]])
    }

    @Test(arguments: [
        (
            "INSERT INTO u (k) VALUES (1) IF NOT EXISTS USING TIMESTAMP 5",
            "Cannot provide custom timestamp for conditional updates"
        ),
        (
            "UPDATE u SET v = 'x' WHERE k IN (1, 2) IF EXISTS",
            "IN on the partition key is not supported with conditional updates"
        ),
        (
            "UPDATE t SET v = 'x' WHERE k = 1 AND c IN (1, 2) IF EXISTS",
            "IN on the clustering key columns is not supported with conditional updates"
        ),
        ("UPDATE u SET v = 'x' WHERE k = 1 IF k = 1", "PRIMARY KEY column 'k' cannot have IF conditions"),
        ("UPDATE u SET v = 'x' WHERE k = 1 IF v > null", "Invalid comparison with null for operator \">\""),
        (
            "BEGIN BATCH INSERT INTO u (k) VALUES (1) IF NOT EXISTS; INSERT INTO u (k) VALUES (2); APPLY BATCH",
            "Batch with conditions cannot span multiple partitions"
        ),
        (
            "BEGIN BATCH INSERT INTO u (k) VALUES (1) IF NOT EXISTS; UPDATE t SET s = 1 WHERE k = 1; APPLY BATCH",
            "Batch with conditions cannot span multiple tables"
        ),
        (
            "BEGIN BATCH USING TIMESTAMP 1 INSERT INTO u (k) VALUES (1) IF NOT EXISTS; APPLY BATCH",
            "Cannot provide custom timestamp for conditional BATCH"
        ),
    ])
    func refuses(_ statement: String, _ message: String) throws {
        #expect(try makeDatabase().refusal(statement) == .invalid(message))
    }
}
