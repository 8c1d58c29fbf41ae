import CQLWire
import Testing

@testable import EmbeddedCQL

@Suite struct SelectTests {
    /// Ten partitions of five rows; `d` runs backwards.
    private func makeDatabase() throws -> TestDatabase {
        let database = try TestDatabase(
            "CREATE TABLE t (k int, c int, d int, v text, PRIMARY KEY (k, c, d)) WITH CLUSTERING ORDER BY (c ASC, d DESC)"
        )
        for k in 0..<10 {
            for c in 0..<5 {
                try database.run("INSERT INTO t (k, c, d, v) VALUES (\(k), \(c), \(c % 2), 'v\(k).\(c)')")
            }
        }
        return database
    }

    @Test(arguments: [
        ("SELECT v FROM t WHERE k = 3 AND c = 2 AND d = 0", ["'v3.2'"]),
        ("SELECT v FROM t WHERE k = 3 AND c = 2", ["'v3.2'"]),
        ("SELECT c FROM t WHERE k = 3 AND c >= 1 AND c < 4", ["1", "2", "3"]),
        ("SELECT c FROM t WHERE k = 3 AND c IN (4, 0, 9)", ["0", "4"]),
        ("SELECT c FROM t WHERE k = 3 ORDER BY c DESC", ["4", "3", "2", "1", "0"]),
        ("SELECT c FROM t WHERE k = 3 AND c > 1 ORDER BY c DESC, d ASC LIMIT 2", ["4", "3"]),
        ("SELECT c FROM t WHERE k = 3 AND c = 1 ORDER BY c DESC", ["1"]),
        ("SELECT c FROM t WHERE k = 3 LIMIT 2", ["0", "1"]),
        ("SELECT c FROM t WHERE k = 99", []), ("SELECT c FROM t WHERE k = 3 AND c = 99", []),
        ("SELECT count(*) FROM t", ["50"]), ("SELECT count(1) FROM t WHERE k IN (1, 2, 2)", ["10"]),
        ("SELECT count(v) FROM t WHERE k = 99", ["0"]), ("SELECT count(*) FROM t LIMIT 1", ["50"]),
        ("SELECT k FROM t WHERE v = 'v3.3' ALLOW FILTERING", ["3"]),
        ("SELECT k FROM t WHERE c = 0 AND k >= 9 ALLOW FILTERING", ["9"]),
        ("SELECT v AS x FROM t WHERE k = 0 AND c = 0", ["'v0.0'"]),
        ("SELECT ttl(v) FROM t WHERE k = 0 AND c = 0", ["null"]),
        ("SELECT c FROM t WHERE k = 3 AND c <= 1 AND d = 1 ALLOW FILTERING", ["1"]),
    ])
    func selects(_ statement: String, _ expected: [String]) throws {
        #expect(try makeDatabase().rows(statement).map { $0[0] } == expected)
    }

    @Test func returnsPartitionsInTokenOrder() throws {
        let database = try makeDatabase()
        let rows = try database.rows("SELECT k, token(k) FROM t PER PARTITION LIMIT 1")
        let tokens = try rows.map { try #require(Int64($0[1])) }
        #expect(tokens == tokens.sorted())
        #expect(rows.count == 10)
        // The token of 1 as a real server gave it (capture 41).
        #expect(rows.contains(["1", "-4069959284402364209"]))
        #expect(try database.rows("SELECT DISTINCT k FROM t") == rows.map { [$0[0]] })
        #expect(
            try database.rows("SELECT k FROM t WHERE k IN (0, 1, 2, 0) PER PARTITION LIMIT 1") == [["0"], ["1"], ["2"]]
        )
    }

    @Test func cutsByToken() throws {
        let database = try makeDatabase()
        let all = try database.rows("SELECT k, c FROM t")
        let bounds = [Int64.min, -6_000_000_000_000_000_000, -4_069_959_284_402_364_209, 0, 5, .max]
        var found: [[String]] = []
        for (low, high) in zip(bounds, bounds.dropFirst()) {
            found += try database.rows("SELECT k, c FROM t WHERE token(k) > \(low) AND token(k) <= \(high)")
        }
        #expect(found == all)
        #expect(try database.rows("SELECT DISTINCT k FROM t WHERE token(k) = -4069959284402364209") == [["1"]])
        #expect(try database.rows("SELECT k FROM t WHERE token(k) > 5 AND token(k) < 5") == [])
        #expect(try database.rows("SELECT k FROM t WHERE token(k) > 100 AND token(k) < 5") == [])
    }

    @Test(arguments: [
        "SELECT * FROM t", "SELECT * FROM t LIMIT 17", "SELECT * FROM t WHERE k IN (1, 5, 7)",
        "SELECT * FROM t WHERE k = 4 ORDER BY c DESC", "SELECT DISTINCT k FROM t",
        "SELECT * FROM t PER PARTITION LIMIT 3",
        "SELECT * FROM t WHERE k = 4 AND c > 1", "SELECT * FROM t WHERE c = 3 ALLOW FILTERING",
        "SELECT * FROM t WHERE token(k) > 0", "SELECT * FROM t WHERE k = 4 AND c = 2",
    ])
    func pagesAreTheWhole(_ statement: String) throws {
        let database = try makeDatabase()
        let whole = try database.rows(statement)
        #expect(!whole.isEmpty)
        for size in [1, 2, 3, 7, 16, 100] as [Int32] {
            var found: [[String]] = []
            var state: PagingState?
            repeat {
                let page = try database.select(statement, pageSize: size, pagingState: state)
                #expect(page.rowCount <= Int(size))
                found += try page.texts()
                state = page.metadata.pagingState
            } while state != nil
            #expect(found == whole, "pages of \(size)")
        }
    }

    @Test func endsPagesAsRealServersDo() throws {
        let database = try makeDatabase()
        // A page that ends on the last row still announces another one, unless LIMIT ends it.
        #expect(try database.select("SELECT * FROM t WHERE k = 1", pageSize: 5).metadata.pagingState != nil)
        #expect(try database.select("SELECT * FROM t LIMIT 5", pageSize: 5).metadata.pagingState == nil)
        #expect(try database.select("SELECT * FROM t", pageSize: -1).rowCount == 50)
        #expect(try database.select("SELECT count(*) FROM t", pageSize: 1).metadata.pagingState == nil)
        let zero = StatementError(.protocolViolation, "The page size cannot be 0")
        #expect(throws: zero) { try database.select("SELECT * FROM t", pageSize: 0) }
    }

    @Test(arguments: [
        ("SELECT nope FROM t", "Undefined column name nope in table ks.t"),
        ("SELECT * FROM t WHERE nope = 1", "Undefined column name nope in table ks.t"),
        (
            "SELECT * FROM t WHERE k > 1",
            "Only EQ and IN relation are supported on the partition key (unless you use the token() function or allow filtering)"
        ),
        (
            "SELECT * FROM t WHERE k = 1 AND d = 1",
            "PRIMARY KEY column \"d\" cannot be restricted as preceding column \"c\" is not restricted"
        ),
        (
            "SELECT * FROM t WHERE k = 1 AND c > 1 AND d = 1",
            "Clustering column \"d\" cannot be restricted (preceding column \"c\" is restricted by a non-EQ relation)"
        ),
        (
            "SELECT * FROM t ORDER BY c",
            "ORDER BY is only supported when the partition key is restricted by an EQ or an IN."
        ),
        ("SELECT * FROM t WHERE k = 1 ORDER BY c DESC, d DESC", "Unsupported order by relation"),
        ("SELECT * FROM t LIMIT 0", "LIMIT must be strictly positive"),
        ("SELECT * FROM t WHERE k != 1", "Unsupported \"!=\" relation: k != 1"),
        (
            "SELECT * FROM t WHERE v IN ('a') ALLOW FILTERING",
            "IN predicates on non-primary-key columns (v) is not yet supported"
        ),
        (
            "SELECT DISTINCT v FROM t",
            "SELECT DISTINCT queries must only request partition key columns and/or static columns (not v)"
        ),
        ("SELECT writetime(k) FROM t", "Cannot use selection function writeTime on PRIMARY KEY part k"),
        (
            "SELECT * FROM t WHERE token(c) > 1",
            "The token() function must be applied to all partition key components or none of them"
        ),
        ("SELECT * FROM t WHERE k = null", "Invalid null value in condition for column k"),
        ("SELECT * FROM nope.t", "keyspace nope does not exist"), ("SELECT * FROM nope", "unconfigured table nope"),
    ])
    func refuses(_ statement: String, _ message: String) throws {
        #expect(try makeDatabase().refusal(statement) == .invalid(message))
    }

    @Test(arguments: [
        "SELECT * FROM t WHERE v = 'x'", "SELECT * FROM t WHERE c = 1", "SELECT * FROM t WHERE k = 1 AND v = 'x'",
    ])
    func asksForAllowFiltering(_ statement: String) throws {
        #expect(try makeDatabase().refusal(statement)?.message.hasSuffix("use ALLOW FILTERING") == true)
    }

    @Test func needsAKeyspace() throws {
        let database = try makeDatabase()
        database.keyspace = nil
        let message = "No keyspace has been specified. USE a keyspace, or explicitly specify keyspace.tablename"
        #expect(database.refusal("SELECT * FROM t") == .invalid(message))
        #expect(try database.rows("SELECT count(*) FROM ks.t") == [["50"]])
    }

    @Test func droppedColumnsAreGone() throws {
        let database = try TestDatabase("CREATE TABLE x (k int PRIMARY KEY, a int, b int)")
        try database.run("UPDATE x SET a = 1 WHERE k = 1")
        try database.run("ALTER TABLE x DROP a")
        #expect(try database.rows("SELECT * FROM x") == [], "nothing of the row is left")
        try database.run("ALTER TABLE x ADD a int")
        try database.run("UPDATE x SET b = 2 WHERE k = 1")
        #expect(try database.rows("SELECT * FROM x") == [["1", "null", "2"]])
    }

    @Test func truncatesAndForgetsDroppedTables() throws {
        let database = try makeDatabase()
        try database.run("TRUNCATE t")
        #expect(try database.rows("SELECT * FROM t") == [])
        try database.run("INSERT INTO t (k, c, d) VALUES (1, 1, 1)")
        try database.run("DROP TABLE t")
        try database.run("CREATE TABLE t (k int PRIMARY KEY)")
        #expect(try database.rows("SELECT * FROM t") == [])
    }
}

@Suite struct PagingPositionTests {
    private let position = PagingPosition(
        partitionKey: [1, 2],
        clusteringKey: [4, 0, 0, 0, 1, 0],
        remaining: 7,
        remainingInPartition: .max
    )

    @Test func roundTrips() throws {
        #expect(try PagingPosition(position.state.bytes, clusteringCount: 2) == position)
    }

    @Test func refusesOtherBytes() {
        let bytes = Array(position.state.bytes)
        let error = StatementError(.protocolViolation, "Invalid value for the paging state")
        // Without any clustering value it would be the end of a partition.
        for count in 0..<bytes.count where count != bytes.count - 6 {
            #expect(throws: error) { try PagingPosition(bytes[..<count], clusteringCount: 2) }
        }
        #expect(throws: error) { try PagingPosition(bytes[...], clusteringCount: 1) }
        #expect(throws: error) { try PagingPosition((bytes + [9])[...], clusteringCount: 3) }
        #expect(throws: error) { try PagingPosition(Array("garbage of any kind".utf8)[...], clusteringCount: 0) }
    }
}
