import TestSupport
import Testing

@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set"))
struct PostgresServerTests {
    @Test func aPrivateServerAnswers() async throws {
        let server = try await PostgresServer.shared()
        #expect(try await server.psql("SELECT current_setting('port')") == "\(server.port)")
        #expect(server.majorVersion >= 14)
        let database = try await server.createUniqueDatabase(encoding: "LATIN1")
        #expect(try await server.psql("SHOW server_encoding", database: database) == "LATIN1")
    }
}
