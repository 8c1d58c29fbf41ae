import PosixIO
import PostgresWire

/// Which kind of server a session has reached.
extension PostgresConnection {
    /// Ends the session unless the server is of the kind wanted.
    ///
    /// - Throws: `PostgresConnectionError` (unsuitable server, or the session was lost); the connection is closed.
    func require(
        _ target: TargetSessionAttributes,
        until deadline: ContinuousClock.Instant
    ) async throws(PostgresConnectionError) {
        let mismatch: String?
        switch target {
        case .any, .preferStandby: mismatch = nil
        case .readWrite: mismatch = try await isReadOnly(until: deadline) ? "its sessions are read-only" : nil
        case .readOnly: mismatch = try await isReadOnly(until: deadline) ? nil : "its sessions are not read-only"
        case .primary: mismatch = try await isStandby(until: deadline) ? "it is a standby" : nil
        case .standby: mismatch = try await isStandby(until: deadline) ? nil : "it is not a standby"
        }
        guard let mismatch else { return }
        let reason = "the server is not wanted (target_session_attrs=\(target.rawValue)): \(mismatch)"
        close()
        throw PostgresConnectionError(.unsuitableServer, phase: .startup, peer: "\(endpoint)", reason: reason)
    }

    /// By what servers report from PostgreSQL 14 on, else by asking.
    private func isReadOnly(until deadline: ContinuousClock.Instant) async throws(PostgresConnectionError) -> Bool {
        if let byDefault = parameters["default_transaction_read_only"], let isStandby = parameters["in_hot_standby"] {
            return byDefault == "on" || isStandby == "on"
        }
        return try await startupValue("SHOW transaction_read_only", until: deadline) == "on"
    }

    private func isStandby(until deadline: ContinuousClock.Instant) async throws(PostgresConnectionError) -> Bool {
        if let isStandby = parameters["in_hot_standby"] { return isStandby == "on" }
        return try await startupValue("SELECT pg_catalog.pg_is_in_recovery()", until: deadline) == "t"
    }

    private func startupValue(
        _ sql: String,
        until deadline: ContinuousClock.Instant
    ) async throws(PostgresConnectionError) -> String? {
        let results = try await startupQuery(sql, until: deadline)
        return try? results.first?.rows.first?.decode(String.self, 0)
    }

    /// Runs a statement as a part of the session's opening, which fails with it.
    ///
    /// - Throws: `PostgresConnectionError`; the connection is closed.
    func startupQuery(
        _ sql: String,
        until deadline: ContinuousClock.Instant
    ) async throws(PostgresConnectionError) -> [QueryResult] {
        do throws(PostgresError) {
            return try await simpleQuery(sql, .startup, until: deadline)
        } catch {
            if case .connection(let error) = error { throw error }
            throw end(
                PostgresConnectionError(
                    .server,
                    phase: .startup,
                    peer: "\(endpoint)",
                    reason: "\(error)",
                    serverError: error.serverError
                )
            )
        }
    }
}
