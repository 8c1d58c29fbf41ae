import PosixIO
import PostgresClient
import PostgresWire
import TestSupport
import Testing

/// Settings that change what values look like are ours, whatever the role's and the database's are.
@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set"))
struct PinnedSettingsTests {
    /// What the role, the database and the client's own start-up options ask for.
    private static let foreign: [(name: String, value: String)] = [
        ("DateStyle", "'SQL, DMY'"), ("IntervalStyle", "iso_8601"), ("TimeZone", "'Asia/Kathmandu'"),
        ("extra_float_digits", "-5"), ("bytea_output", "escape"), ("client_encoding", "LATIN1"), ("xmlbinary", "hex"),
        ("xmloption", "document"), ("array_nulls", "off"), ("standard_conforming_strings", "off"),
        ("statement_timeout", "7777"), ("row_security", "on"),
    ]

    private static let sql = """
        SELECT '2000-02-03 04:05:06+00'::timestamptz, '1 year 2 mons 3 days 04:05:06'::interval, 0.1::float8 + 0.2,
               '\\x00ff'::bytea, chr(8364), '{NULL}'::text[] = ARRAY[NULL::text], '1'::money, 'a<b/>'::xml::text
        """
    private static let texts = [
        "2000-02-03 04:05:06+00", "1 year 2 mons 3 days 04:05:06", "0.30000000000000004", "\\x00ff", "\u{20AC}", "t",
        "$1.00", "a<b/>",
    ]

    private func check(_ configuration: PostgresConfiguration) async throws {
        try await onLane { lane in
            let connection = try await PostgresConnection.connect(configuration, on: lane.loop)
            let row = try #require(try await connection.query(Self.sql, []).rows.first)
            #expect(try Self.texts.indices.map { try row.decode(String.self, $0) } == Self.texts)
            for (name, value) in Self.foreign {
                let shown = try await connection.query("SELECT current_setting($1)", [.text(name)]).rows[0]
                    .decode(String.self, 0)
                #expect(!value.contains(shown), "\(name) is \(shown)")
            }
            connection.close()
        }
    }

    @Test func aRolesSettingsDoNotReachUs() async throws {
        let server = try await PostgresServer.shared()
        let role = "pinned_\(UInt32.random(in: 0...(.max)))"
        let changes = Self.foreign.map { "ALTER ROLE \(role) SET \($0.name) = \($0.value);" }
        _ = try await server.psql("CREATE ROLE \(role) LOGIN;" + changes.joined())
        var configuration = server.configuration()
        configuration.user = role
        try await check(configuration)
        _ = try await server.psql("DROP ROLE \(role)")
    }

    @Test func aDatabasesSettingsDoNotReachUs() async throws {
        let server = try await PostgresServer.shared()
        let database = try await server.createUniqueDatabase()
        let changes = Self.foreign.map { "ALTER DATABASE \(database) SET \($0.name) = \($0.value);" }
        _ = try await server.psql(changes.joined())
        try await check(server.configuration(database: database))
    }

    @Test func startUpOptionsDoNotChangeThem() async throws {
        let server = try await PostgresServer.shared()
        var configuration = server.configuration()
        configuration.options =
            "-c DateStyle=German -c IntervalStyle=sql_standard -c TimeZone=Asia/Tokyo -c xmloption=document"
        try await check(configuration)
    }
}
