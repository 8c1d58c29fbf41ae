import CQLWire
import Testing

@testable import EmbeddedCQL

@Suite struct TimeToLiveTests {
    private let table = "CREATE TABLE t (k int PRIMARY KEY, v text, w text)"

    @Test func valuesEndAndTakeTheirRowAlong() throws {
        let database = try TestDatabase(table)
        try database.run("INSERT INTO t (k, v) VALUES (1, 'a') USING TTL 10")
        try database.run("INSERT INTO t (k, v) VALUES (2, 'a')")
        try database.run("UPDATE t USING TTL ? SET w = 'b' WHERE k = 2", [int(20)])
        #expect(try database.rows("SELECT k, ttl(v), ttl(w) FROM t") == [["1", "10", "null"], ["2", "null", "20"]])
        database.pass(seconds: 9)
        #expect(try database.rows("SELECT k, ttl(v), ttl(w) FROM t") == [["1", "1", "null"], ["2", "null", "11"]])
        database.pass(seconds: 1)
        #expect(try database.rows("SELECT * FROM t") == [["2", "'a'", "'b'"]])
        database.pass(seconds: 10)
        #expect(try database.rows("SELECT k, v, w, writetime(w) FROM t") == [["2", "'a'", "null", "null"]])
    }

    @Test func aValueThatOutlivesItsRowKeepsIt() throws {
        let database = try TestDatabase(table)
        try database.run("INSERT INTO t (k, v) VALUES (1, 'a') USING TTL 10")
        try database.run("UPDATE t SET w = 'b' WHERE k = 1")
        database.pass(seconds: 10)
        #expect(try database.rows("SELECT * FROM t") == [["1", "null", "'b'"]])
    }

    @Test func tablesHaveATimeOfTheirOwn() throws {
        let database = try TestDatabase(
            "CREATE TABLE d (k int PRIMARY KEY, v text, w text) WITH default_time_to_live = 100"
        )
        try database.run("INSERT INTO d (k, v) VALUES (1, 'a')")
        try database.run("INSERT INTO d (k, v) VALUES (2, 'a') USING TTL 0")
        try database.run("INSERT INTO d (k, v) VALUES (3, 'a') USING TTL 5")
        try database.run("INSERT INTO d (k, v) VALUES (4, 'a') USING TTL ?", [.unset])
        #expect(
            try database.rows("SELECT k, ttl(v) FROM d WHERE k IN (1, 2, 3, 4)")
                == [["1", "100"], ["2", "null"], ["3", "5"], ["4", "100"]]
        )
    }

    /// Whichever of the two writes comes last.
    @Test(arguments: [
        // Of equal timestamps a removal beats all, and what ends beats what lasts, whatever the values.
        ("UPDATE t USING TIMESTAMP 5 SET v = 'z' WHERE k = 1", "DELETE v FROM t USING TIMESTAMP 5 WHERE k = 1", "null"),
        (
            "UPDATE t USING TIMESTAMP 5 AND TTL 50 SET v = 'z' WHERE k = 1",
            "DELETE v FROM t USING TIMESTAMP 5 WHERE k = 1", "null"
        ),
        (
            "UPDATE t USING TIMESTAMP 5 AND TTL 50 SET v = 'a' WHERE k = 1",
            "UPDATE t USING TIMESTAMP 5 SET v = 'z' WHERE k = 1", "'a'"
        ),
        (
            "UPDATE t USING TIMESTAMP 5 AND TTL 50 SET v = 'z' WHERE k = 1",
            "UPDATE t USING TIMESTAMP 5 AND TTL 60 SET v = 'a' WHERE k = 1", "'a'"
        ),
        (
            "UPDATE t USING TIMESTAMP 5 SET v = 'a' WHERE k = 1", "UPDATE t USING TIMESTAMP 5 SET v = 'z' WHERE k = 1",
            "'z'"
        ),
        (
            "UPDATE t USING TIMESTAMP 6 SET v = 'a' WHERE k = 1", "UPDATE t USING TIMESTAMP 5 SET v = 'z' WHERE k = 1",
            "'a'"
        ),
    ])
    func ordersTies(_ first: String, _ second: String, _ expected: String) throws {
        for statements in [[first, second], [second, first]] {
            let database = try TestDatabase(table, "INSERT INTO t (k, w) VALUES (1, 'there') USING TIMESTAMP 1")
            for statement in statements { try database.run(statement) }
            #expect(try database.rows("SELECT v FROM t") == [[expected]])
        }
    }

    @Test func whatIsRemovedHasNone() throws {
        let database = try TestDatabase("CREATE TABLE r (k int PRIMARY KEY)", "INSERT INTO r (k) VALUES (1)")
        #expect(database.refusal("DELETE FROM r USING TTL 5 WHERE k = 1")?.kind == .syntax)
        #expect(try database.rows("SELECT k FROM r") == [["1"]])
    }
}
