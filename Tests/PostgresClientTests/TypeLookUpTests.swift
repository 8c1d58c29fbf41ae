import PosixIO
import PostgresClient
import PostgresWire
import TestSupport
import Testing

/// Types of the user's own, at a real server.
@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set"))
struct TypeLookUpTests {
    private static let definitions = """
        CREATE TYPE mood AS ENUM ('sad', 'it''s "ok"');
        CREATE DOMAIN positive AS int CHECK (VALUE > 0);
        CREATE TYPE pair AS (n positive, gone text, feeling mood);
        ALTER TYPE pair DROP ATTRIBUTE gone;
        CREATE TYPE couple AS (pairs pair[], span int4range);
        CREATE TYPE floatrange AS RANGE (subtype = float8);
        """

    private func withDatabase(_ body: @Sendable (PostgresConnection) async throws -> Void) async throws {
        let server = try await PostgresServer.shared()
        let database = try await server.createUniqueDatabase()
        _ = try await server.psql(Self.definitions, database: database)
        try await onLane { lane in
            let connection = try await PostgresConnection.connect(
                server.configuration(database: database),
                on: lane.loop
            )
            try await body(connection)
            connection.close()
        }
    }

    private static let values: [(sql: String, text: String)] = [
        ("'it''s \"ok\"'::mood", "it's \"ok\""), ("7::positive", "7"),
        ("'{sad,NULL}'::mood[]", "{sad,NULL}"), ("ROW(1, 'sad')::pair", "(1,sad)"),
        ("ROW(ARRAY[ROW(1, NULL)::pair, NULL], '[1,3)')::couple", "(\"{\"\"(1,)\"\",NULL}\",\"[1,3)\")"),
        ("'[1,2.5)'::floatrange", "[1,2.5)"), ("'{[1,2),(3,)}'::floatmultirange", "{[1,2),(3,)}"),
        ("ARRAY['{[1,2)}'::floatmultirange]", "{\"{[1,2)}\"}"), ("1::int4", "1"),
        ("'(1,1),(0,0)'::box", "(1,1),(0,0)"),
    ]

    @Test(arguments: [FormatCode.text, .binary])
    func valuesAreReadByTheirTypes(_ format: FormatCode) async throws {
        try await withDatabase { connection in
            let sql = "SELECT " + Self.values.map(\.sql).joined(separator: ", ") + ", NULL::mood"
            let result = try await connection.queryValues(sql, resultFormat: format)
            let row = try #require(result.rows.first)
            let types = try await connection.types(of: result.columns.map(\.type))
            for (index, (sql, text)) in Self.values.enumerated() {
                let type = try #require(types[result.columns[index].type])
                let value = try #require(try row.value(at: index))
                #expect(try value.text(as: type) == text, "\(sql)")
                // And back, in both forms.
                for form in [FormatCode.text, .binary] {
                    let echo = try await connection.query(
                        "SELECT $1 IS NOT DISTINCT FROM \(sql)",
                        [try PostgresParameter(value, as: type, format: form)]
                    )
                    #expect(try echo.rows[0].decode(Bool.self, 0), "\(sql)")
                }
            }
            #expect(try row.value(at: Self.values.count) == nil)
            #expect(throws: PostgresDecodingError.self) { try row.value(at: 99) }
        }
    }

    @Test func typesAreLookedUpOnce() async throws {
        try await withDatabase { connection in
            let sql = "SELECT ROW(1, 'sad')::pair AS v"
            let first = try #require(try await connection.queryValues(sql).rows.first?.value(at: 0))
            // What was looked up before is still what the session knows, until it is told to forget.
            try await connection.execute("ALTER TYPE pair ADD ATTRIBUTE more int")
            let known = try #require(try await connection.queryValues("SELECT ROW(1, 'sad', 2)::pair").rows.first)
            #expect(throws: PostgresDecodingError.self) { try known.value(at: 0) }
            connection.forgetTypes()
            let again = try #require(try await connection.queryValues("SELECT ROW(1, 'sad', 2)::pair").rows.first)
            guard case .record(let old) = first, case .record(let new)? = try again.value(at: 0) else {
                Issue.record("no rows")
                return
            }
            #expect(old.fields == [.int4(1), .text("sad")] && new.fields == [.int4(1), .text("sad"), .int4(2)])
        }
    }

    @Test func typesThatWereNotLookedUpAreRefusedByName() async throws {
        try await withDatabase { connection in
            let row = try #require(try await connection.query("SELECT 'sad'::mood AS feeling", []).rows.first)
            let error = #expect(throws: PostgresDecodingError.self) { try row.value(at: 0) }
            #expect(error?.column == "feeling" && "\(String(describing: error))".contains("looked up"))
            #expect(try row.decode(String.self, 0) == "sad")
        }
    }

    @Test func typedParametersArriveInBinaryForm() async throws {
        try await withDatabase { connection in
            let result = try await connection.query(
                "SELECT $1::text, $2::text, $3::text, $4::text, $5::text, $6 IS NULL",
                [
                    PostgresParameter(binary: Int16.min, type: .int2),
                    PostgresParameter(binary: try PostgresNumeric(postgresText: "-1.500"), type: .numeric),
                    PostgresParameter(binary: PostgresDate.infinity, type: .date),
                    PostgresParameter(binary: PostgresBytea([0, 255]), type: .bytea),
                    PostgresParameter(binary: -Double.infinity, type: .float8),
                    PostgresParameter(binary: PostgresUUID?.none, type: .uuid),
                ]
            )
            let row = try #require(result.rows.first)
            let texts = try (0..<5).map { try row.decode(String.self, $0) }
            #expect(texts == ["-32768", "-1.500", "infinity", "\\x00ff", "-Infinity"])
            #expect(try row.decode(Bool.self, 5))
        }
    }

    @Test func columnsOfElementsAreReadAsSwiftArrays() async throws {
        try await withDatabase { connection in
            let sql = "SELECT ARRAY[1,NULL,3], ARRAY[1.5,'NaN'::float8], ARRAY[true], ARRAY['2000-01-01'::date]"
            for format in [FormatCode.text, .binary] {
                let row = try #require(try await connection.query(sql, [], resultFormat: format).rows.first)
                #expect(try row.decode([Int32?].self, 0) == [1, nil, 3])
                #expect(throws: PostgresDecodingError.self) { try row.decode([Int32].self, 0) }
                #expect(try row.decode([Double].self, 1)[0] == 1.5)
                #expect(try row.decode([Bool].self, 2) == [true])
                #expect(try row.decode([PostgresDate].self, 3) == [PostgresDate(rawValue: 0)])
            }
        }
    }
}
