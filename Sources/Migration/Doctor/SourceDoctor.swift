import PosixIO
import PostgresClient
import PostgresWire

/// Examines PostgreSQL.
package enum SourceDoctor {
    /// Opens a session and looks at the way in.
    ///
    /// - Throws: `MigrationError`; that there is no connection is a diagnosis, too.
    package static func examine(_ source: SourceConfiguration) async throws(MigrationError) -> Diagnosis {
        try await withLane(named: "doctor") { lane throws(MigrationError) in
            let connection = try await source.connect(on: lane.loop)
            defer { connection.close() }
            return Diagnosis(
                "PostgreSQL at \(connection.endpoint)",
                findings: SessionFindings.findings(connection.security)
            )
        }
    }

    /// What to say instead of an examination: nil when the error is no matter of the server's.
    package static func diagnosis(of error: MigrationError) -> Diagnosis? {
        guard error.kind == .sourceUnreachable, let cause = error.underlying as? PostgresConnectionError else {
            return nil
        }
        let remedy = [cause.remedy, error.remedy].compactMap(\.self).joined(separator: "; ")
        return Diagnosis(
            unreachable: "PostgreSQL at \(cause.peer)",
            reason: cause.circumstances,
            remedy: remedy.isEmpty ? "see the server's log" : remedy
        )
    }
}
