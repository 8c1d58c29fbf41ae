import CQLWire
import Testing

@testable import EmbeddedCQL

@Suite struct WriteTests {
    private let table = "CREATE TABLE t (k int, c int, v text, n bigint, PRIMARY KEY (k, c))"

    @Test func writesAndReadsBack() throws {
        let database = try TestDatabase(table)
        try database.run("INSERT INTO t (k, c, v, n) VALUES (1, 2, 'x', -5)")
        try database.run("INSERT INTO t (k, c, v) VALUES (?, ?, ?)", [int(1), int(1), .null])
        try database.run("INSERT INTO t (c, k, n, v) VALUES (3, 1, ?, ?)", [.unset, text("y")])
        #expect(
            try database.rows("SELECT * FROM t")
                == [["1", "1", "null", "null"], ["1", "2", "-5", "'x'"], ["1", "3", "null", "'y'"]]
        )
        try database.run("UPDATE t SET v = 'z', n = null WHERE k = 1 AND c = 2")
        try database.run("DELETE v FROM t WHERE k = 1 AND c = 3")
        try database.run("DELETE FROM t WHERE k = 1 AND c = 1")
        #expect(try database.rows("SELECT * FROM t") == [["1", "2", "null", "'z'"], ["1", "3", "null", "null"]])
        try database.run("DELETE FROM t WHERE k IN (1, 2)")
        #expect(try database.rows("SELECT * FROM t") == [])
    }

    @Test func usesTheTimestampThatIsNearest() throws {
        let database = try TestDatabase(table)
        try database.run("INSERT INTO t (k, c, v) VALUES (1, 1, 'a')", timestamp: 77)
        try database.run("INSERT INTO t (k, c, v) VALUES (1, 2, 'a') USING TIMESTAMP 88", timestamp: 77)
        try database.run(
            "BEGIN BATCH USING TIMESTAMP 99 UPDATE t SET v = 'a' WHERE k = 1 AND c = 3 APPLY BATCH",
            timestamp: 77
        )
        try database.run(
            "BEGIN BATCH UPDATE t USING TIMESTAMP 9 SET v = 'a' WHERE k = 1 AND c = 4 APPLY BATCH",
            timestamp: 77
        )
        #expect(
            try database.rows("SELECT c, writetime(v) FROM t") == [
                ["1", "77"], ["2", "88"], ["3", "99"], ["4", "9"],
            ]
        )
    }

    @Test func aLaterStatementWins() throws {
        let database = try TestDatabase(table)
        for value in ["a", "z", "b"] { try database.run("INSERT INTO t (k, c, v) VALUES (1, 1, '\(value)')") }
        #expect(try database.rows("SELECT v FROM t") == [["'b'"]])
    }

    @Test func writesEveryKeyOfAnIN() throws {
        let database = try TestDatabase(table)
        try database.run("UPDATE t SET v = 'x' WHERE k IN (1, 2) AND c IN (3, 4)")
        #expect(try database.rows("SELECT k, c FROM t") == [["1", "3"], ["1", "4"], ["2", "3"], ["2", "4"]])
        #expect(database.database.writtenRowCount == 4)
    }

    @Test func emptyCollectionsThatAreNotFrozenAreNull() throws {
        let database = try TestDatabase("CREATE TABLE l (k int PRIMARY KEY, a list<int>, b frozen<list<int>>)")
        try database.run("INSERT INTO l (k, a, b) VALUES (1, [], [])")
        #expect(try database.rows("SELECT * FROM l") == [["1", "null", "[]"]])
    }

    @Test func discardsWhenAsked() throws {
        let database = try TestDatabase(keepsRows: false)
        try database.run("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}")
        try database.run("CREATE TABLE ks.t (k int PRIMARY KEY)")
        try database.run("INSERT INTO ks.t (k) VALUES (1)")
        #expect(try database.rows("SELECT * FROM ks.t") == [])
        #expect(database.database.writtenRowCount == 1)
    }

    @Test(arguments: [
        ("INSERT INTO t (v) VALUES ('x')", "Some partition key parts are missing: k"),
        ("INSERT INTO t (k) VALUES (1)", "Some clustering keys are missing: c"),
        ("INSERT INTO t (k, c) VALUES (1)", "Unmatched column names/values"),
        ("INSERT INTO t (k, c, k) VALUES (1, 1, 1)", "The column names contains duplicates"),
        ("INSERT INTO t (k, c, nope) VALUES (1, 1, 1)", "Undefined column name nope in table ks.t"),
        ("INSERT INTO t (k, c) VALUES (null, 1)", "Invalid null value in condition for column k"),
        ("INSERT INTO t (k, c) VALUES (1, 1) USING TTL -1", "A TTL must be greater or equal to 0, but was -1"),
        ("INSERT INTO nope (k) VALUES (1)", "unconfigured table nope"),
        ("INSERT INTO nope.t (k) VALUES (1)", "keyspace nope does not exist"),
        ("UPDATE t SET k = 1 WHERE k = 1 AND c = 1", "PRIMARY KEY part k found in SET part"),
        ("UPDATE t SET v = 'x' WHERE k = 1", "Some clustering keys are missing: c"),
        ("UPDATE t SET v = 'x' WHERE k = 1 AND c = 1 AND n = 1", "Non PRIMARY KEY columns found in where clause: n "),
        ("DELETE v FROM t WHERE k = 1", "Range deletions are not supported for specific columns"),
        (
            "DELETE k FROM t WHERE k = 1 AND c = 1",
            "Invalid identifier k for deletion (should not be a PRIMARY KEY part)"
        ),
        ("INSERT INTO t (k, c) VALUES (?, 1)", "Invalid amount of bind variables"),
        (
            "UPDATE t SET v = 'x' WHERE token(k) = 1 AND c = 1",
            "The token function cannot be used in WHERE clauses for UPDATE statements"
        ),
        (
            "UPDATE t SET v = 'x' WHERE k = 1 AND c > 1",
            "Slice restrictions are not supported on the clustering columns in UPDATE statements"
        ),
        (
            "INSERT INTO t (k, c) VALUES (1, 1) USING TIMESTAMP -9223372036854775808",
            "Out of bound timestamp, must be in [-9223372036854775807, 9223372036854775807]"
        ),
        (
            "INSERT INTO t (k, c) VALUES (1, 1) USING TTL 630720001",
            "ttl is too large. requested (630720001) maximum (630720000)"
        ),
        (
            "BEGIN BATCH USING TIMESTAMP 1 INSERT INTO t (k, c) VALUES (1, 1) USING TIMESTAMP 2 APPLY BATCH",
            "Timestamp must be set either on BATCH or individual statements"
        ),
    ])
    func refuses(_ statement: String, _ message: String) throws {
        #expect(try TestDatabase(table).refusal(statement) == .invalid(message))
    }

    @Test(arguments: [
        "BEGIN COUNTER BATCH APPLY BATCH", "CREATE TABLE n (k int PRIMARY KEY, n counter)",
        "CREATE TABLE n (k int PRIMARY KEY) WITH cdc = {'enabled': true}",
        "DELETE FROM mixed WHERE k = 1 AND (a, b) > (1, 1)",
    ])
    func refusesByNameWhatItHasNot(_ statement: String) throws {
        let mixed =
            "CREATE TABLE mixed (k int, a int, b int, PRIMARY KEY (k, a, b)) WITH CLUSTERING ORDER BY (a ASC, b DESC)"
        let error = try #require(try TestDatabase(table, mixed).refusal(statement))
        #expect(error.kind == .invalid)
        #expect(error.message.hasSuffix("not supported by the embedded in-memory node"))
    }

    @Test func refusesKeysThatServersRefuse() throws {
        let database = try TestDatabase(
            "CREATE TABLE a (k text PRIMARY KEY)",
            "CREATE TABLE b (k text, l text, PRIMARY KEY ((k, l)))"
        )
        #expect(database.refusal("INSERT INTO a (k) VALUES ('')") == .invalid("Key may not be empty"))
        #expect(database.refusal("INSERT INTO b (k, l) VALUES ('', '')") == nil)
        let long = text(String(repeating: "x", count: 65_536))
        let message = "Key length of 65536 is longer than maximum of 65535"
        #expect(database.refusal("INSERT INTO a (k) VALUES (?)", [long]) == .invalid(message))
        #expect(database.refusal("INSERT INTO b (k, l) VALUES (?, 'x')", [long]) == .invalid(message))
    }

    @Test func needsTheReplicasOfTheLevel() throws {
        let database = try TestDatabase(table)
        let insert = "INSERT INTO t (k, c) VALUES (1, 1)"
        for level in [Consistency.any, .one, .localOne, .quorum, .localQuorum, .all] {
            try database.run(insert, consistency: level)
        }
        let expected = StatementError(
            .unavailable(consistency: .two, required: 2, alive: 1),
            "Cannot achieve consistency level TWO"
        )
        #expect(throws: expected) { try database.run(insert, consistency: .two) }
        try database.run("ALTER KEYSPACE ks WITH replication = {'class': 'NetworkTopologyStrategy', 'datacenter1': 3}")
        #expect(throws: StatementError.self) { try database.run(insert, consistency: .quorum) }
        #expect(throws: StatementError.self) { try database.run("SELECT * FROM t", consistency: .localQuorum) }
        #expect(throws: StatementError.invalid("ANY ConsistencyLevel is only supported for writes")) {
            try database.run("SELECT * FROM t", consistency: .any)
        }
    }

    @Test func aRefusedBatchWritesNothing() throws {
        let database = try TestDatabase(table)
        let prepared = try database.database.prepare("INSERT INTO t (k, c, v) VALUES (?, ?, ?)", keyspace: "ks")
        let good = BatchRequest.Entry(statement: .prepared(prepared.id), values: [int(1), int(1), text("x")])
        let bad = BatchRequest.Entry(statement: .prepared(prepared.id), values: [int(1), int(2), .bytes([0xFF])])
        let batch = BatchRequest(kind: .unlogged, entries: [good, bad], consistency: .one)
        #expect(throws: StatementError.invalid("String didn't validate.")) {
            try database.database.batch(batch, keyspace: "ks")
        }
        #expect(try database.rows("SELECT * FROM t") == [])
        _ = try database.database.batch(BatchRequest(kind: .logged, entries: [good], consistency: .one), keyspace: "ks")
        #expect(try database.rows("SELECT k, c, v FROM t") == [["1", "1", "'x'"]])
    }
}
