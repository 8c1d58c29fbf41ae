import PosixIO
import PostgresClient
import PostgresWire

/// Examines PostgreSQL.
package enum SourceDoctor {
    /// Opens a session and looks at the way in.
    ///
    /// - Throws: `MigrationError` when it was interrupted or the options cannot be used; no connection is a finding.
    package static func examine(_ source: SourceConfiguration) async throws(MigrationError) -> Diagnosis {
        do throws(MigrationError) {
            return try await withLane(named: "doctor") { lane throws(MigrationError) in
                let connection = try await source.connect(on: lane.loop)
                defer { connection.close() }
                return Diagnosis(
                    "PostgreSQL at \(connection.endpoint)",
                    findings: SessionFindings.findings(connection.security)
                )
            }
        } catch {
            guard error.kind == .sourceUnreachable, let cause = error.underlying as? PostgresConnectionError else {
                throw error
            }
            return Diagnosis(
                unreachable: "PostgreSQL at \(cause.peer)",
                reason: cause.circumstances,
                remedy: cause.remedy ?? "see the server's log"
            )
        }
    }
}
