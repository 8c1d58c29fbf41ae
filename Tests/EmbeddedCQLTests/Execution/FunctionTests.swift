import CQLWire
import Testing

@testable import EmbeddedCQL

@Suite struct FunctionTests {
    private func makeDatabase() throws -> TestDatabase {
        let database = try TestDatabase(
            """
            CREATE TABLE t (k int, c int, i int, b bigint, d decimal, f double, v varint, x text, u timeuuid, ts timestamp,
            da date, PRIMARY KEY (k, c))
            """
        )
        try database.run(
            """
            INSERT INTO t (k, c, i, b, d, f, v, x, u, ts, da) VALUES (1, 1, 7, 10, 1.50, 0.5, 99999999999999999999, 'a',
            50554d6e-29bb-11e5-b345-feff819cdc9f, '2015-07-14 01:02:03.004+0000', '2015-07-14')
            """
        )
        try database.run("INSERT INTO t (k, c, i, b, d, f, v, x) VALUES (1, 2, 2, -4, 0.25, 1.5, 1, 'b')")
        try database.run("INSERT INTO t (k, c, i) VALUES (2, 1, -100)")
        return database
    }

    @Test(
        arguments: [
            ("count(*)", "count", "3"), ("count(x)", "system.count(x)", "2"), ("sum(i)", "system.sum(i)", "-91"),
            ("min(i)", "system.min(i)", "-100"), ("max(x)", "system.max(x)", "'b'"), ("avg(i)", "system.avg(i)", "-30"),
            ("sum(b)", "system.sum(b)", "6"), ("avg(b)", "system.avg(b)", "3"), ("sum(d)", "system.sum(d)", "1.75"),
            ("avg(d)", "system.avg(d)", "0.88"), ("sum(f)", "system.sum(f)", "2.0"), ("avg(f)", "system.avg(f)", "1.0"),
            ("sum(v)", "system.sum(v)", "100000000000000000000"), ("avg(v)", "system.avg(v)", "50000000000000000000"),
            ("max(writetime(x))", "system.max(writetime(x))", nil),
            ("sum(cast(i as bigint))", "system.sum(cast(i as bigint))", "-91"),
        ] as [(String, String, String?)]
    )
    func aggregates(_ expression: String, _ name: String, _ expected: String?) throws {
        let rows = try makeDatabase().select("SELECT \(expression) FROM t")
        #expect(rows.metadata.columns?.map(\.name) == [name])
        let found = try rows.texts()
        #expect(found.count == 1)
        if let expected { #expect(found == [[expected]]) }
    }

    @Test(arguments: [
        ("count(*)", "0"), ("sum(i)", "0"), ("avg(f)", "0.0"), ("min(i)", "null"), ("max(x)", "null"), ("k", "null"),
    ])
    func aggregatesNothing(_ expression: String, _ expected: String) throws {
        let rows = try makeDatabase().rows("SELECT \(expression), count(*) FROM t WHERE k = 9")
        #expect(rows == [[expected, "0"]])
    }

    @Test(arguments: [
        ("todate(ts)", "system.todate(ts)", "'2015-07-14'"),
        ("totimestamp(u)", "system.totimestamp(u)", "'2015-07-14 00:00:18.805+0000'"),
        ("dateof(u)", "system.dateof(u)", "'2015-07-14 00:00:18.805+0000'"),
        ("tounixtimestamp(da)", "system.tounixtimestamp(da)", "1436832000000"),
        ("unixtimestampof(u)", "system.unixtimestampof(u)", "1436832018805"),
        ("blobasint(intasblob(i))", "system.blobasint(system.intasblob(i))", "7"),
        ("textasblob(x)", "system.textasblob(x)", "0x61"),
        ("blobasbigint(0x0000000000000005)", "system.blobasbigint(0x0000000000000005)", "5"),
        ("cast(i as text)", "cast(i as text)", "'7'"), ("cast(f as int)", "cast(f as int)", "0"),
        ("cast(i as double)", "cast(i as double)", "7.0"), ("cast(ts as date)", "cast(ts as date)", "'2015-07-14'"),
        ("cast(b as tinyint)", "cast(b as tinyint)", "10"), ("token(k)", "system.token(k)", "-4069959284402364209"),
        ("todate(now())", "system.todate(system.now())", "'2023-11-14'"),
        ("currentdate()", "system.currentdate()", "'2023-11-14'"),
        (
            "mintimeuuid('2015-07-14T00:00:00Z')", "system.mintimeuuid('2015-07-14T00:00:00Z')",
            "451fc000-29bb-11e5-8080-808080808080"
        ),
    ])
    func computes(_ expression: String, _ name: String, _ expected: String) throws {
        let rows = try makeDatabase().select("SELECT \(expression) FROM t WHERE k = 1 AND c = 1")
        #expect(rows.metadata.columns?.map(\.name) == [name])
        #expect(try rows.texts() == [[expected]])
    }

    @Test func computesWhatIsWritten() throws {
        let database = try TestDatabase("CREATE TABLE w (k uuid PRIMARY KEY, t timeuuid, d date, ts timestamp, b blob)")
        try database.run(
            "INSERT INTO w (k, t, d, ts, b) VALUES (uuid(), now(), todate(now()), totimestamp(now()), intasblob(?))",
            [int(5)]
        )
        let row = try database.rows("SELECT d, ts, b FROM w")[0]
        #expect(row[0] == "'2023-11-14'" && row[1].hasPrefix("'2023-11-14 22:13:20") && row[2] == "0x00000005")
        #expect(try database.rows("SELECT totimestamp(t) FROM w")[0][0] == row[1])
    }

    @Test(arguments: [
        ("SELECT k, count(*), sum(i) FROM t GROUP BY k", [["1", "2", "9"], ["2", "1", "-100"]]),
        ("SELECT k, c, max(i) FROM t GROUP BY k, c", [["1", "1", "7"], ["1", "2", "2"], ["2", "1", "-100"]]),
        ("SELECT c, count(*) FROM t WHERE k = 1 GROUP BY c", [["1", "1"], ["2", "1"]]),
        ("SELECT k, i FROM t GROUP BY k", [["1", "7"], ["2", "-100"]]),
        ("SELECT k, count(*) FROM t GROUP BY k LIMIT 1", [["1", "2"]]),
        ("SELECT k, c FROM t GROUP BY k, c PER PARTITION LIMIT 1", [["1", "1"], ["2", "1"]]),
    ])
    func groups(_ statement: String, _ expected: [[String]]) throws {
        let database = try makeDatabase()
        #expect(try database.rows(statement) == expected)
        for size in 1...3 as ClosedRange<Int32> {
            var found: [[String]] = []
            var state: PagingState?
            repeat {
                let page = try database.select(statement, pageSize: size, pagingState: state)
                found += try page.texts()
                state = page.metadata.pagingState
            } while state != nil
            #expect(found == expected, "pages of \(size)")
        }
    }

    @Test(arguments: [
        ("SELECT nope(k) FROM t", "Unknown function 'nope'"),
        ("SELECT ks.nope(k) FROM t", "Unknown function 'ks.nope'"),
        ("SELECT sum(max(i)) FROM t", "aggregate functions cannot be used as arguments of aggregate functions"),
        (
            "SELECT c, count(*) FROM t GROUP BY c",
            "Group by currently only support groups of columns following their declared order in the PRIMARY KEY"
        ),
        (
            "SELECT count(*) FROM t GROUP BY x",
            "Group by is currently only supported on the columns of the PRIMARY KEY, got x"
        ),
        ("INSERT INTO t (k, c) VALUES (nope(), 1)", "Unknown function 'nope'"),
        ("SELECT cast(x as int) FROM t", "text cannot be cast to int"),
        ("SELECT count(*) FROM t PER PARTITION LIMIT 1", "PER PARTITION LIMIT is not allowed with aggregate queries."),
    ])
    func refuses(_ statement: String, _ message: String) throws {
        #expect(try makeDatabase().refusal(statement) == .invalid(message))
    }

    @Test func makesNewIdentifiersEachTime() throws {
        let database = try makeDatabase()
        let row = try database.rows("SELECT now(), now(), uuid(), uuid() FROM t WHERE k = 2")[0]
        #expect(Set(row).count >= 3)
    }
}

@Suite struct BigNumberTests {
    private func decimal(_ text: String) throws -> BigNumber {
        let bytes = try #require(try LiteralEncoder.encode(.float(text), as: .decimal, for: "d"))
        return try #require(BigNumber(decimal: bytes))
    }

    @Test(arguments: [
        ("1.5", "0.25", "1.75"), ("-1.5", "0.25", "-1.25"), ("0.1", "-0.1", "0.0"), ("1e3", "1", "1001"),
        ("99999999999999999999.9", "0.1", "100000000000000000000.0"), ("-5", "-7", "-12"), ("0", "1e400", "1e400"),
    ])
    func adds(_ left: String, _ right: String, _ expected: String) throws {
        var sum = try decimal(left)
        try sum.add(try decimal(right))
        let value = try #require(try LiteralEncoder.encode(.float(expected), as: .decimal, for: "d"))
        #expect(ValueOrder.compare(.decimal, sum.decimal, sum.decimal.indices, value, value.indices) == .same)
    }

    @Test(
        arguments: [
            ("7.5", 2, "3.8"), ("0.25", 2, "0.12"), ("0.35", 2, "0.18"), ("-9", 3, "-3"), ("1", 3, "0"),
            ("9.99", 10, "1.00"),
        ] as [(String, Int64, String)]
    )
    func dividesToTheNearestEven(_ number: String, _ count: Int64, _ expected: String) throws {
        var quotient = try decimal(number)
        quotient.divide(by: count, rounding: true)
        let value = try #require(try LiteralEncoder.encode(.float(expected), as: .decimal, for: "d"))
        #expect(quotient.decimal == value)
    }

    @Test func refusesWhatWouldFillTheMemory() throws {
        let database = try TestDatabase("CREATE TABLE n (k int PRIMARY KEY, d decimal, v varint)")
        try database.run("INSERT INTO n (k, d) VALUES (1, 1E+2000000000)")
        try database.run("INSERT INTO n (k, d) VALUES (2, 1E-2000000000)")
        #expect(database.refusal("SELECT sum(d) FROM n") == BigNumber.tooLarge)
        #expect(try database.rows("SELECT cast(d as int) FROM n WHERE k = 1") == [["null"]])
        try database.run("INSERT INTO n (k, v) VALUES (3, ?)", [.bytes([UInt8](repeating: 0x7F, count: 100_000)[...])])
        #expect(database.refusal("SELECT sum(v) FROM n") == BigNumber.tooLarge)
    }
}
