import Migration
import PosixIO
import PostgresClient
import TestSupport
import Testing

/// A pooler that gives each transaction any of its servers: what was set when the session was opened may be lost.
@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set")) struct PoolerTests {
    @Test func aSnapshotIsReadUnderOurSettingsWhateverTheServersAre() async throws {
        let server = try await PostgresServer.shared()
        let configuration = try SourceConfiguration(server, database: "postgres").connection
        let lane = try Lane(name: "pooler")
        defer { lane.stop() }
        try await lane.run { lane in
            let holder = try await PostgresConnection.connect(configuration, on: lane.loop)
            let reader = try await PostgresConnection.connect(configuration, on: lane.loop)
            defer { for connection in [holder, reader] { connection.close() } }
            // As another server of the pool has them.
            let others = "SET IntervalStyle = sql_standard; SET DateStyle = 'SQL, DMY'; SET statement_timeout = 7"
            try await holder.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            let exported = try await holder.query("SELECT pg_export_snapshot()", [])
            try await reader.execute(others)
            try await SourceSnapshot.enter(try exported.rows[0].decode(String.self, 0), over: reader)
            let rows = try await reader.query(
                """
                SELECT current_setting('IntervalStyle'), current_setting('DateStyle'),
                    current_setting('statement_timeout'), current_setting('lock_timeout')
                """,
                []
            ).rows
            let settings = try (0..<4).map { try rows[0].decode(String.self, $0) }
            #expect(settings == ["postgres", "ISO, DMY", "0", "0"])
        }
    }
}
