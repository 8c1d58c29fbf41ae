import PosixIO
import PostgresClient
import PostgresWire
import TestSupport
import Testing

@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set"))
struct QueryTests {
    private func withConnection(
        _ body: @Sendable (PostgresConnection) async throws -> Void
    ) async throws {
        let server = try await PostgresServer.shared()
        try await onLane { lane in
            let connection = try await PostgresConnection.connect(server.configuration(), on: lane.loop)
            try await body(connection)
            connection.close()
        }
    }

    private static let types = """
        SELECT true AS b, (-7)::int2 AS s, 70000 AS i, 9000000000 AS l, 1.5::float8 AS d, 'h\u{E9}' AS t,
               ARRAY['a', 'b,"c', NULL, ''] AS arr, ARRAY['x','y'] AS strict, '\\x00ff'::bytea AS y, NULL::int AS n,
               '{}'::text[] AS empty, 4294967295::oid AS o
        """

    private func check(_ row: PostgresRow) throws {
        #expect(try row.decode(Bool.self, "b"))
        #expect(try row.decode(Int16.self, "s") == -7)
        #expect(try row.decode(Int32.self, "i") == 70_000)
        #expect(try row.decode(Int64.self, "i") == 70_000)
        #expect(try row.decode(Int64.self, "l") == 9_000_000_000)
        #expect(try row.decode(Double.self, "d") == 1.5)
        #expect(try row.decode(String.self, "t") == "h\u{E9}")
        #expect(try row.decode([String?].self, "arr") == ["a", "b,\"c", nil, ""])
        #expect(try row.decode([String].self, "strict") == ["x", "y"])
        #expect(try row.decode([UInt8].self, "y") == [0, 255])
        #expect(try row.decode(Int32?.self, "n") == nil)
        #expect(try row.decode(Int64?.self, "l") == 9_000_000_000)
        #expect(try row.decode([String].self, "empty") == [])
        #expect(try row.decode(UInt32.self, "o") == .max)
        #expect(throws: PostgresDecodingError.self) { try row.decode(Int32.self, "n") }
        #expect(throws: PostgresDecodingError.self) { try row.decode(Int32.self, "l") }
        #expect(throws: PostgresDecodingError.self) { try row.decode(Bool.self, "t") }
        #expect(throws: PostgresDecodingError.self) { try row.decode([String].self, "arr") }
        #expect(throws: PostgresDecodingError.self) { try row.decode(String.self, "missing") }
        #expect(throws: PostgresDecodingError.self) { try row.decode(String.self, 99) }
    }

    @Test func valuesAreReadAsSwiftTypes() async throws {
        try await withConnection { connection in
            try check(try #require(try await connection.query(Self.types).first?.rows.first))
            try check(try #require(try await connection.query(Self.types, []).rows.first))
        }
    }

    @Test func severalStatementsGiveSeveralResults() async throws {
        try await withConnection { connection in
            let results = try await connection.query(
                "SELECT 1; ; CREATE TEMP TABLE t (a int); INSERT INTO t VALUES (1), (2)"
            )
            #expect(results.map { $0.completion?.tag } == ["SELECT 1", "CREATE TABLE", "INSERT 0 2"])
            #expect(try await connection.query("").first?.completion == nil)
        }
    }

    @Test func parametersArriveAsTheyAre() async throws {
        try await withConnection { connection in
            let awkward = "it's \\ \"q\" {} , \u{1F600} $1"
            let result = try await connection.query(
                "SELECT $1, $2::bigint + 1, $3 IS NULL, $4::text[], $5::oid[], $6::bool",
                [.text(awkward), .int8(41), .text(nil), .textArray([awkward, ""]), .oidArray([1, 2]), .bool(true)]
            )
            let row = try #require(result.rows.first)
            #expect(try row.decode(String.self, 0) == awkward)
            #expect(try row.decode(Int64.self, 1) == 42)
            #expect(try row.decode(Bool.self, 2))
            #expect(try row.decode([String].self, 3) == [awkward, ""])
            #expect(try row.decode([String].self, 4) == ["1", "2"])
            #expect(try row.decode(Bool.self, 5))
        }
    }

    @Test func errorsComeWithEveryFieldAndLeaveTheSessionUsable() async throws {
        try await withConnection { connection in
            let simple = await #expect(throws: PostgresError.self) {
                try await connection.execute("SELECT 1 FROM no_such")
            }
            #expect(simple?.serverError?.sqlState == .undefinedTable)
            #expect(simple?.serverError?.position == 15)
            let extended = await #expect(throws: PostgresError.self) { _ = try await connection.query("SELEC $1", []) }
            #expect(extended?.serverError?.sqlState == .syntaxError)
            #expect(extended?.serverError?.position == 1)
            try await connection.execute("CREATE TEMP TABLE u (a int CONSTRAINT u_key UNIQUE)")
            let unique = await #expect(throws: PostgresError.self) {
                try await connection.execute("INSERT INTO u VALUES (1), (1)")
            }
            #expect(unique?.serverError?.constraintName == "u_key" && unique?.serverError?.tableName == "u")
            #expect(unique?.serverError?.detail != nil)
            try await expectUsable(connection)
        }
    }

    @Test func aFailedStatementStopsThoseAfterIt() async throws {
        try await withConnection { connection in
            try await connection.execute("CREATE TEMP TABLE t (a int)")
            await #expect(throws: PostgresError.self) {
                try await connection.execute("INSERT INTO t VALUES (1); SELECT 1/0; INSERT INTO t VALUES (2)")
            }
            #expect(try await connection.query("SELECT count(*) FROM t")[0].rows[0].decode(Int64.self, 0) == 0)
        }
    }

    @Test func noticesGoToTheirObserver() async throws {
        try await withConnection { connection in
            var messages: [String?] = []
            connection.noticeObserver = { messages.append($0.text(.message)) }
            try await connection.execute("DO $$ BEGIN RAISE NOTICE 'one'; RAISE WARNING 'two'; END $$")
            #expect(messages == ["one", "two"])
        }
    }

    @Test func reportedParametersFollowTheSession() async throws {
        try await withConnection { connection in
            try await connection.execute("SET application_name = 'changed'")
            #expect(connection.parameters["application_name"] == "changed")
        }
    }

    @Test func whatCannotBeSentIsRefused() async throws {
        try await withConnection { connection in
            await #expect(throws: PostgresError.invalidRequest("the statement contains a NUL character")) {
                try await connection.execute("SELECT 1\0; DROP TABLE x")
            }
            let tooMany = Array(repeating: PostgresParameter("1"), count: 65_536)
            await #expect(throws: PostgresError.self) { _ = try await connection.query("SELECT 1", tooMany) }
            #expect(connection.isUsable)
        }
    }

    @Test func copiesSentAsQueriesDoNotBreakTheSession() async throws {
        try await withConnection { connection in
            try await connection.execute("CREATE TEMP TABLE t (a int)")
            await #expect(throws: PostgresError.self) { try await connection.execute("COPY t FROM STDIN") }
            await #expect(throws: PostgresError.self) { _ = try await connection.query("COPY t FROM STDIN", []) }
            try await connection.execute("COPY t TO STDOUT")
            _ = try await connection.query("COPY t TO STDOUT", [])
            try await expectUsable(connection)
        }
    }

    @Test func aLargeStatementAndALargeAnswerCross() async throws {
        try await withConnection { connection in
            let text = String(repeating: "x", count: 3_000_000)
            let result = try await connection.query("SELECT $1 || $1", [.text(text)])
            #expect(try result.rows[0].decode(String.self, 0).utf8.count == 6_000_000)
        }
    }

    @Test func aTerminatedSessionReportsTheServersWords() async throws {
        try await withConnection { connection in
            let server = try await PostgresServer.shared()
            let pid = try #require(connection.backendKey?.processID)
            _ = try await server.psql("SELECT pg_terminate_backend(\(pid), 10000)")
            let error = await #expect(throws: PostgresError.self) { try await connection.execute("SELECT 1") }
            #expect(error?.serverError?.sqlState == .adminShutdown)
            guard case .connection(let lost)? = error else {
                Issue.record("the session is not reported as lost")
                return
            }
            // It was found ended before anything was sent.
            #expect(lost.code == .closed && lost.phase == .idle && lost.isSafeToRetry)
            #expect(!connection.isUsable)
            await #expect(throws: PostgresError.connection(lost)) { try await connection.execute("SELECT 1") }
        }
    }
}
