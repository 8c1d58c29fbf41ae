import Foundation
import TestSupport
import Testing

/// What SIGINT does to the program.
@Suite struct InterruptTests {
    private static let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appending(path: "pgscylla").path

    private func shell(_ script: String, _ arguments: [String]) async throws -> ChildProcess.Output {
        try await ChildProcess.run(["sh", "-c", script, "sh", Self.program] + arguments)
    }

    @Test func theNodeEndsWell() async throws {
        let script = """
            folder=$(mktemp -d); mkfifo "$folder/output"
            "$1" node --listen 127.0.0.1:0 >"$folder/output" & node=$!
            read -r line <"$folder/output"
            kill -INT $node; wait $node; status=$?
            rm -r "$folder"; exit $status
            """
        let output = try await shell(script, [])
        #expect(output.status == 0)
        #expect(output.standardError == "")
    }

    @Test(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set"))
    func aWaitingCommandIsCancelled() async throws {
        let server = try await PostgresServer.shared()
        let database = try await server.createUniqueDatabase()
        _ = try await server.psql("CREATE TABLE t (id int PRIMARY KEY)", database: database)
        // The catalogue query waits for the size of a table that another session has locked.
        let script = """
            psql() { command psql -XAtq --host="$2" --port="$3" --username=postgres "$4" -c "$1" 2>/dev/null; }
            psql "BEGIN; LOCK TABLE t; SELECT pg_sleep(600)" "$2" "$3" "$4" >/dev/null 2>&1 &
            until [ "$(psql "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' \\
                AND database = (SELECT oid FROM pg_database WHERE datname = '$4')" "$2" "$3" postgres)" = 1 ]; do :; done
            "$1" setup --load-method direct --dry-run --postgres-host "$2" --postgres-port "$3" --postgres-db "$4" & setup=$!
            until [ "$(psql "SELECT count(*) FROM pg_stat_activity WHERE datname = '$4' AND \\
                application_name = 'pgscylla' AND wait_event_type = 'Lock'" "$2" "$3" postgres)" = 1 ]; do :; done
            kill -INT $setup; wait $setup; status=$?
            psql "SELECT count(*) FROM pg_stat_activity WHERE datname = '$4' AND application_name = 'pgscylla' \\
                AND state = 'active'" "$2" "$3" postgres
            psql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '$4'" "$2" "$3" postgres >/dev/null
            exit $status
            """
        let output = try await shell(script, [server.socketDirectory, String(server.port), database])
        #expect(output.status == 130)
        #expect(output.standardError.hasPrefix("pgscylla: error: "))
        #expect(output.standardError.split(separator: "\n").count == 1)
        // The server has stopped too: the query is not left waiting.
        #expect(output.standardOutput == "0\n")
    }
}
