import CQLWire
import Testing

@testable import EmbeddedCQL

/// Ranges of clustering columns, read and deleted.
@Suite struct RestrictionTests {
    /// Rows (a, b, d) of 0...2 each; `b` runs backwards.
    private func makeDatabase() throws -> TestDatabase {
        let database = try TestDatabase(
            """
            CREATE TABLE t (k int, a int, b int, d int, v int, PRIMARY KEY (k, a, b, d))
            WITH CLUSTERING ORDER BY (a ASC, b DESC, d ASC)
            """
        )
        for a in 0...2 {
            for b in 0...2 {
                for d in 0...2 { try database.run("INSERT INTO t (k, a, b, d, v) VALUES (1, \(a), \(b), \(d), 0)") }
            }
        }
        return database
    }

    /// All rows in their order for which `isWanted` holds.
    private static func rows(_ isWanted: (Int, Int, Int) -> Bool) -> [[String]] {
        var rows: [[String]] = []
        for a in 0...2 {
            for b in (0...2).reversed() {
                for d in 0...2 where isWanted(a, b, d) { rows.append(["\(a)", "\(b)", "\(d)"]) }
            }
        }
        return rows
    }

    private static let ranges: [(String, @Sendable (Int, Int, Int) -> Bool)] = [
        ("a = 1", { a, _, _ in a == 1 }), ("a > 0", { a, _, _ in a > 0 }), ("a >= 1 AND a < 2", { a, _, _ in a == 1 }),
        ("a = 1 AND b > 0", { a, b, _ in a == 1 && b > 0 }), ("a = 1 AND b <= 1", { a, b, _ in a == 1 && b <= 1 }),
        ("a = 2 AND b = 1 AND d >= 1", { a, b, d in a == 2 && b == 1 && d >= 1 }),
        ("a IN (2, 0)", { a, _, _ in a != 1 }), ("a IN (0, 2) AND b = 1", { a, b, _ in a != 1 && b == 1 }),
        ("a IN (0, 2) AND b IN (2, 0) AND d > 1", { a, b, d in a != 1 && b != 1 && d > 1 }),
        ("(a, b) = (1, 2)", { a, b, _ in a == 1 && b == 2 }),
        ("(a, b) IN ((1, 2), (0, 0), (1, 2))", { a, b, _ in (a, b) == (1, 2) || (a, b) == (0, 0) }),
        ("a = 1 AND (b, d) IN ((0, 1))", { a, b, d in (a, b, d) == (1, 0, 1) }),
        ("(a) > (0) AND (a) <= (1)", { a, _, _ in a == 1 }),
    ]

    @Test(arguments: ranges.indices) func reads(_ number: Int) throws {
        let (relations, isWanted) = Self.ranges[number]
        let database = try makeDatabase()
        let expected = Self.rows(isWanted)
        #expect(try database.rows("SELECT a, b, d FROM t WHERE k = 1 AND \(relations)") == expected)
        let reversed = "SELECT a, b, d FROM t WHERE k = 1 AND \(relations) ORDER BY a DESC, b ASC, d DESC"
        #expect(try database.rows(reversed) == expected.reversed())
        for statement in ["SELECT a, b, d FROM t WHERE k = 1 AND \(relations)", reversed] {
            var found: [[String]] = []
            var state: PagingState?
            repeat {
                let page = try database.select(statement, pageSize: 2, pagingState: state)
                found += try page.texts()
                state = page.metadata.pagingState
            } while state != nil
            #expect(try found == database.rows(statement))
        }
    }

    @Test(arguments: ranges.indices) func deletes(_ number: Int) throws {
        let (relations, isWanted) = Self.ranges[number]
        let database = try makeDatabase()
        try database.run("DELETE FROM t USING TIMESTAMP 99999999999999999 WHERE k = 1 AND \(relations)")
        let kept = Self.rows { !isWanted($0, $1, $2) }
        #expect(try database.rows("SELECT a, b, d FROM t") == kept)
        // What comes later with an older timestamp is deleted as well.
        for a in 0...2 { try database.run("INSERT INTO t (k, a, b, d, v) VALUES (1, \(a), 2, 2, 0)") }
        #expect(try database.rows("SELECT a, b, d FROM t") == kept)
    }

    /// Both orders of the columns: no one range, but the right rows.
    @Test func comparesTuplesAcrossBothOrders() throws {
        let database = try makeDatabase()
        let expected = Self.rows { a, b, _ in (a, b) > (1, 1) }
        #expect(try database.rows("SELECT a, b, d FROM t WHERE k = 1 AND (a, b) > (1, 1)") == expected)
        let bound = CQLValueBytes.bytes([0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 1])
        guard
            case .result(.rows(let rows)) = try database.run(
                "SELECT a, b, d FROM t WHERE k = 1 AND (a, b) > ?",
                [bound]
            )
        else { throw TestDatabase.NotRows() }
        #expect(try rows.texts() == expected)
    }

    @Test(arguments: [
        (
            "SELECT * FROM t WHERE k = 1 AND a = 1 AND a = 2",
            "a cannot be restricted by more than one relation if it includes an Equal"
        ),
        (
            "SELECT * FROM t WHERE k = 1 AND a > 1 AND a > 2",
            "More than one restriction was found for the start bound on a"
        ),
        (
            "SELECT * FROM t WHERE k = 1 AND a > 1 AND (a, b) > (1, 1)",
            "Mixing single column relations and multi column relations on clustering columns is not allowed"
        ),
        (
            "SELECT * FROM t WHERE (k, a) = (1, 1)",
            "Multi-column relations can only be applied to clustering columns but was applied to: k"
        ),
        (
            "DELETE FROM t WHERE k = 1 AND b = 1",
            "PRIMARY KEY column \"b\" cannot be restricted as preceding column \"a\" is not restricted"
        ),
        ("DELETE FROM t WHERE a = 1", "Some partition key parts are missing: k"),
        ("SELECT * FROM t PER PARTITION LIMIT 0", "PER PARTITION LIMIT must be strictly positive"),
    ])
    func refuses(_ statement: String, _ message: String) throws {
        #expect(try makeDatabase().refusal(statement) == .invalid(message))
    }

    @Test func sortsAcrossPartitionsWithoutPages() throws {
        let database = try makeDatabase()
        try database.run("INSERT INTO t (k, a, b, d) VALUES (2, 1, 1, 1)")
        let statement = "SELECT k, a FROM t WHERE k IN (1, 2) AND a = 1 AND b = 1 ORDER BY a ASC, b DESC, d ASC LIMIT 3"
        #expect(try database.rows(statement) == [["1", "1"], ["1", "1"], ["2", "1"]])
        #expect(throws: StatementError.self) { try database.select(statement, pageSize: 10) }
    }

    @Test(arguments: [
        ("d > 1d", "Slice restrictions are not supported on duration columns"),
        ("l <= [1d]", "Slice restrictions are not supported on collections containing durations"),
        ("p < (1, 1d)", "Slice restrictions are not supported on tuples containing durations"),
    ])
    func durationsHaveNoOrder(_ relation: String, _ message: String) throws {
        let database = try TestDatabase(
            "CREATE TABLE t (k int PRIMARY KEY, d duration, l frozen<list<duration>>, p tuple<int, duration>)",
            "INSERT INTO t (k, d) VALUES (1, 1d)"
        )
        #expect(database.refusal("SELECT k FROM t WHERE \(relation) ALLOW FILTERING") == .invalid(message))
        #expect(try database.rows("SELECT k FROM t WHERE d = 1d ALLOW FILTERING") == [["1"]])
        #expect(
            database.refusal("UPDATE t SET d = 2d WHERE k = 1 IF d >= 1d")
                == .invalid("Slice conditions ( >= ) are not supported on durations")
        )
    }
}
