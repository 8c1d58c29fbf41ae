import PosixIO
import PostgresClient
import PostgresWire
import TestSupport
import Testing

/// Errors as psql prints them, of the same server at the same moment.
@Suite(.serialized, .disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set"))
struct PsqlReportTests {
    private static let long = String(repeating: "1 + ", count: 40)

    static let statements = [
        "selec 1", "SELECT * FROM nosuch", "SELECT 1/0", "SELECT\n\t'x'::int,\n\t2", "SELECT 1,\r\n  foo(3)",
        "SELECT \(long) nosuch + \(long) 1", "SELECT nosuch + \(long) 1", "SELECT \(long) nosuch",
        "SELECT '\u{65E5}\u{672C}\u{8A9E}', '\u{1F600}\u{E9}\u{301}', nosuch", "SELECT '\u{65E5}\(long)', nosuch",
        "SELECT 'a\tb' \t, nosuch", "SELECT 'unterminated", "SELECT $1", "INSERT INTO r VALUES (1), (1)",
        "INSERT INTO r VALUES (NULL)", "DO $$ BEGIN PERFORM 1/0; END $$", "DO $$ BEGIN\n PERFORM nosuch();\nEND $$",
        "DO $$ BEGIN RAISE EXCEPTION 'm' USING DETAIL = 'd', HINT = 'h', ERRCODE = 'P0042', COLUMN = 'c', "
            + "CONSTRAINT = 'k', DATATYPE = 'y', TABLE = 't', SCHEMA = 's'; END $$",
        "SELECT (-1)::positive", "EXECUTE nosuch", "COPY r FROM STDIN WITH (nosuch)", "SELECT 1; SELECT * FROM nosuch",
    ]

    @Test(arguments: statements)
    func errorsReadAsInPsql(_ sql: String) async throws {
        let server = try await PostgresServer.shared()
        // psql 14 takes emoji for narrow.
        guard server.majorVersion >= 15 || !sql.contains("\u{1F600}") else { return }
        let setup = """
            SET client_min_messages = warning; DROP SCHEMA IF EXISTS reports CASCADE; CREATE SCHEMA reports; SET search_path = reports;
            CREATE TABLE r (a int PRIMARY KEY); CREATE DOMAIN positive AS int CHECK (VALUE > 0)
            """
        let database = try await server.createUniqueDatabase()
        try await onLane { lane in
            let configuration = server.configuration(database: database)
            let connection = try await PostgresConnection.connect(configuration, on: lane.loop)
            try await connection.execute(setup)
            let error = await #expect(throws: PostgresError.self) { try await connection.execute(sql) }
            let report = ServerReport(try #require(error?.serverError))
            for (verbosity, name) in [
                (ServerReport.Verbosity.terse, "terse"), (.standard, "default"), (.verbose, "verbose"),
                (.sqlState, "sqlstate"),
            ] {
                let printed = try await server.psqlErrors(
                    sql,
                    after: setup,
                    verbosity: name,
                    database: database
                )
                #expect(report.text(verbosity) == printed)
            }
            connection.close()
        }
    }
}
