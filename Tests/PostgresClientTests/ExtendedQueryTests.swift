import PosixIO
import PostgresClient
import PostgresWire
import TestSupport
import Testing

@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set"))
struct ExtendedQueryTests {
    @Test func aPreparedStatementIsDescribedAndRunAgain() async throws {
        try await withSession { connection in
            let statement = try await connection.prepare("SELECT $1::int8 + $2 AS sum, $3 AS t", name: "s 1")
            #expect(statement.parameterTypes == [.int8, .int8, .text])
            #expect(statement.columns.map(\.name) == ["sum", "t"])
            #expect(statement.columns.map(\.type) == [.int8, .text])
            for (format, first) in [(FormatCode.text, Int64(1)), (.binary, 2)] {
                let result = try await connection.query(
                    statement,
                    [.int8(first), PostgresParameter(binary: Int64(5), type: .int8), .text("x")],
                    resultFormat: format
                )
                #expect(result.columns.map(\.format) == [format, format])
                #expect(try result.rows[0].decode(Int64.self, "sum") == first + 5)
                #expect(try result.rows[0].decode(String.self, "t") == "x")
            }
            try await connection.close(statement)
            let error = await #expect(throws: PostgresError.self) { _ = try await connection.query(statement, []) }
            #expect(error?.serverError?.sqlState == SQLState(rawValue: "26000"))
            // The server does not mind a statement that is gone.
            try await connection.close(statement)
            try await expectUsable(connection)
        }
    }

    @Test func aStatementWithoutRowsHasNoColumns() async throws {
        try await withSession { connection in
            try await connection.execute("CREATE TEMP TABLE t (a int, b text)")
            let insert = try await connection.prepare("INSERT INTO t VALUES ($1, $2)", name: "insert")
            #expect(insert.parameterTypes == [.int4, .text])
            #expect(insert.columns.isEmpty)
            let result = try await connection.query(insert, [.init("1", type: .int4), .text(nil)])
            #expect(result.completion?.tag == "INSERT 0 1")
            let error = await #expect(throws: PostgresError.self) {
                _ = try await connection.prepare("INSERT INTO t VALUES (1)", name: "insert")
            }
            #expect(error?.serverError?.sqlState == SQLState(rawValue: "42P05"))
            #expect(error?.serverError?.query == "INSERT INTO t VALUES (1)")
        }
    }

    @Test func aPortalReturnsItsRowsInPieces() async throws {
        try await withSession { connection in
            var counts: [Int] = []
            var sum: Int32 = 0
            let tag = try await connection.withPortal(
                "SELECT i FROM generate_series(1, $1) AS i",
                [.init("10", type: .int4)],
                resultFormat: .binary
            ) { portal in
                #expect(portal.columns.map(\.name) == ["i"])
                while let rows = try await portal.next(4) {
                    counts.append(rows.count)
                    for row in rows { sum += try row.decode(Int32.self, 0) }
                }
                return portal.completion?.tag
            }
            #expect(counts == [4, 4, 2])
            #expect(sum == 55)
            #expect(tag == "SELECT 2")
            #expect(connection.transactionStatus == .idle)
            try await expectUsable(connection)
        }
    }

    @Test func aPortalMayBeLeftInTheMiddle() async throws {
        struct Enough: Error {}
        try await withSession { connection in
            await #expect(throws: Enough.self) {
                try await connection.withPortal("SELECT generate_series(1, 1000000000)") { portal in
                    #expect(try await portal.next(1)?.count == 1)
                    // The session is the portal's meanwhile.
                    #expect((try? await connection.query("SELECT 1")) == nil)
                    throw Enough()
                }
            }
            try await expectUsable(connection)
        }
    }

    @Test func anErrorEndsAPortal() async throws {
        try await withSession { connection in
            let sql = "SELECT 1 / (3 - i) FROM generate_series(1, 5) AS i"
            let error = await #expect(throws: PostgresError.self) {
                try await connection.withPortal(sql) { portal in
                    #expect(try await portal.next(2)?.count == 2)
                    _ = try await portal.next(2)
                }
            }
            #expect(error?.serverError?.sqlState == SQLState(rawValue: "22012"))
            try await expectUsable(connection)
            await #expect(throws: PostgresError.self) {
                try await connection.withPortal("SELEC 1") { _ in Issue.record("a portal of nothing") }
            }
            try await expectUsable(connection)
        }
    }

    @Test func aPreparedStatementHasPortals() async throws {
        try await withSession { connection in
            let statement = try await connection.prepare("SELECT generate_series(1, $1)", name: "series")
            for count in ["3", "5"] {
                let rows = try await connection.withPortal(statement, [.init(count, type: .int4)]) { portal in
                    var total = 0
                    while let rows = try await portal.next(2) { total += rows.count }
                    return total
                }
                #expect(rows == Int(count))
            }
        }
    }

    @Test func segmentsOfAPipelineStandAlone() async throws {
        try await withSession { connection in
            try await connection.execute("CREATE TEMP TABLE t (a int PRIMARY KEY)")
            let insert = try await connection.prepare("INSERT INTO t VALUES ($1)", name: "insert")
            var pipeline = QueryPipeline()
            try pipeline.append(insert, [.init("1", type: .int4)])
            try pipeline.append("SELECT $1", [.text("one")])
            pipeline.sync()
            // Undone with the statement that fails.
            try pipeline.append(insert, [.init("2", type: .int4)])
            try pipeline.append("INSERT INTO t VALUES (1)")
            try pipeline.append("SELECT 1")
            pipeline.sync()
            try pipeline.append("SELECT a FROM t ORDER BY a", resultFormat: .binary)
            let outcomes = try await connection.run(pipeline)
            #expect(outcomes.count == 6)
            #expect(outcomes.map(\.kind) == ["INSERT 0 1", "SELECT 1", "INSERT 0 1", "23505", "skipped", "SELECT 1"])
            guard case .failed(let error) = outcomes[3], case .result(let rows) = outcomes[5] else { return }
            #expect(error.query == "INSERT INTO t VALUES (1)")
            #expect(try rows.rows[0].decode(Int32.self, 0) == 1)
            #expect(connection.transactionStatus == .idle)
            try await expectUsable(connection)
        }
    }

    /// More answers than the kernel's buffers hold while more requests than they hold are sent.
    @Test func aPipelineOfAnyLengthDoesNotBlock() async throws {
        try await withSession { connection in
            var pipeline = QueryPipeline()
            let text = String(repeating: "x", count: 20_000)
            for _ in 0..<1000 { try pipeline.append("SELECT $1", [.text(text)]) }
            let outcomes = try await connection.run(pipeline)
            #expect(outcomes.count == 1000)
            #expect(outcomes.allSatisfy { $0.kind == "SELECT 1" })
        }
    }

    @Test func aPipelineWithoutStatements() async throws {
        try await withSession { connection in
            #expect(try await connection.run(QueryPipeline()).isEmpty)
            try await expectUsable(connection)
        }
    }

    @Test func copiesInsideAPipelineAreRefused() async throws {
        try await withSession { connection in
            try await connection.execute("CREATE TEMP TABLE t (a int)")
            var pipeline = QueryPipeline()
            try pipeline.append("COPY t FROM STDIN")
            let outcomes = try await connection.run(pipeline)
            #expect(outcomes.map(\.kind) == ["57014"])
            try await expectUsable(connection)
        }
    }
}

extension QueryPipeline.Outcome {
    fileprivate var kind: String {
        switch self {
        case .result(let result): result.completion?.tag ?? ""
        case .failed(let error): error.sqlState.rawValue
        case .skipped: "skipped"
        }
    }
}
