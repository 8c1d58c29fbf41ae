import PosixIO
import PostgresClient
import PostgresWire

/// Examines PostgreSQL.
package enum SourceDoctor {
    /// Opens a session and looks at the way in, the server's settings, and what the role may do with the schema.
    ///
    /// - Throws: `MigrationError`; that there is no connection is a diagnosis, too.
    package static func examine(_ source: SourceConfiguration) async throws(MigrationError) -> Diagnosis {
        try await withLane(named: "doctor") { lane throws(MigrationError) in
            let connection = try await source.connect(on: lane.loop)
            defer { connection.close() }
            var diagnosis = Diagnosis("PostgreSQL at \(connection.endpoint)")
            diagnosis.findings = SessionFindings.findings(connection.security)
            let query = SourceExaminationQuery.server
            guard let facts = try await Catalogue.rows(query, [], over: connection, ServerFacts.init).first else {
                throw MigrationError(.source, "the server does not know the role of the session")
            }
            let process = (connection.backendKey?.processID).map { Int($0) }
            diagnosis.findings = ServerFindings.findings(facts, process: process).inserting(diagnosis.findings, at: 2)
            diagnosis.findings += try await tableFindings(source.schema, role: facts.role, over: connection)
            return diagnosis
        }
    }

    private static func tableFindings(
        _ schema: String,
        role: String,
        over connection: PostgresConnection
    ) async throws(MigrationError) -> [Finding] {
        let name = [PostgresParameter.text(schema)]
        let permissions = try await Catalogue.rows(SourceExaminationQuery.schema, name, over: connection) {
            row throws(PostgresDecodingError) in try row.decode(Bool.self, "may_use")
        }
        guard let mayUse = permissions.first else {
            let servers = try await Catalogue.rows(CatalogueQuery.server, [], over: connection, ServerRow.init)
            return [TableFindings.missing(schema, existing: servers.first?.schemas ?? [])]
        }
        let tables = try await Catalogue.rows(SourceExaminationQuery.tables, name, over: connection, TableFacts.init)
        return TableFindings.findings(tables, of: schema, mayUse: mayUse, role: role)
    }

    /// What to say instead of an examination: nil when the error is no matter of the server's.
    package static func diagnosis(of error: MigrationError) -> Diagnosis? {
        guard error.kind == .sourceUnreachable, let cause = error.underlying as? PostgresConnectionError else {
            return nil
        }
        let remedy = [cause.remedy, error.remedy].compactMap(\.self).joined(separator: "; ")
        return Diagnosis(
            unreachable: "PostgreSQL at \(cause.peer)",
            // What is refused at the door quotes no values of rows.
            reason: cause.circumstances + (cause.serverError?.detail.map { "; \($0)" } ?? ""),
            remedy: remedy.isEmpty ? "see the server's log" : remedy
        )
    }
}

extension [Finding] {
    fileprivate func inserting(_ others: [Finding], at index: Int) -> [Finding] {
        Array(prefix(index)) + others + dropFirst(index)
    }
}
