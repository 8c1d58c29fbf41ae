import CQLWire
import Testing

@testable import EmbeddedCQL

@Suite struct StaticColumnTests {
    private func makeDatabase() throws -> TestDatabase {
        try TestDatabase(
            "CREATE TABLE t (k int, c int, s text static, v text, PRIMARY KEY (k, c))",
            "INSERT INTO t (k, s) VALUES (1, 'only')",
            "INSERT INTO t (k, c, s, v) VALUES (2, 1, 'both', 'x')",
            "INSERT INTO t (k, c, v) VALUES (2, 2, 'y')",
            "INSERT INTO t (k, c, v) VALUES (3, 1, 'z')"
        )
    }

    @Test(arguments: [
        ("SELECT * FROM t WHERE k = 1", [["1", "null", "'only'", "null"]]),
        ("SELECT * FROM t WHERE k = 2", [["2", "1", "'both'", "'x'"], ["2", "2", "'both'", "'y'"]]),
        ("SELECT s FROM t WHERE k = 3", [["null"]]), ("SELECT s FROM t WHERE k = 1 AND c = 1", []),
        ("SELECT DISTINCT k, s FROM t WHERE k IN (1, 2, 3)", [["1", "'only'"], ["2", "'both'"], ["3", "null"]]),
        ("SELECT k, c FROM t WHERE s = 'both' ALLOW FILTERING", [["2", "1"], ["2", "2"]]),
        ("SELECT count(*) FROM t WHERE k IN (1, 2)", [["3"]]),
        ("SELECT k, v FROM t WHERE v = 'z' ALLOW FILTERING", [["3", "'z'"]]),
    ])
    func selects(_ statement: String, _ expected: [[String]]) throws {
        #expect(try makeDatabase().rows(statement) == expected)
    }

    @Test func pagesOverPartitionsWithoutRows() throws {
        let database = try makeDatabase()
        let whole = try database.rows("SELECT * FROM t")
        #expect(whole.count == 4)
        for size in 1...4 as ClosedRange<Int32> {
            var found: [[String]] = []
            var state: PagingState?
            repeat {
                let page = try database.select("SELECT * FROM t", pageSize: size, pagingState: state)
                found += try page.texts()
                state = page.metadata.pagingState
            } while state != nil
            #expect(found == whole, "pages of \(size)")
        }
    }

    @Test func changeWithoutARow() throws {
        let database = try makeDatabase()
        try database.run("UPDATE t SET s = 'new' WHERE k = 2")
        try database.run("DELETE s FROM t WHERE k = 1")
        try database.run("DELETE FROM t WHERE k = 3")
        #expect(try database.rows("SELECT k, c, s FROM t") == [["2", "1", "'new'"], ["2", "2", "'new'"]])
        try database.run("DELETE FROM t WHERE k = 2 AND c IN (1, 2)")
        #expect(try database.rows("SELECT * FROM t") == [["2", "null", "'new'", "null"]])
    }

    @Test(arguments: [
        (
            "UPDATE t SET s = 'x' WHERE k = 1 AND c = 1",
            "Invalid restrictions on clustering columns since the UPDATE statement modifies only static columns"
        ),
        ("UPDATE t SET s = 'x', v = 'y' WHERE k = 1", "Some clustering keys are missing: c"),
        (
            "CREATE TABLE u (k int PRIMARY KEY, s int static)",
            "Static columns are only useful (and thus allowed) if the table has at least one clustering column"
        ),
        (
            "CREATE TABLE u (k int, c int static, PRIMARY KEY (k, c))",
            "Static column 'c' cannot be part of the PRIMARY KEY"
        ),
    ])
    func refuses(_ statement: String, _ message: String) throws {
        #expect(try makeDatabase().refusal(statement) == .invalid(message))
    }
}
