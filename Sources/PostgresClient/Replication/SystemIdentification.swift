package import PostgresWire

/// Which cluster a replication connection has reached, and how far its log goes.
///
/// PostgreSQL documentation, "Streaming Replication Protocol", IDENTIFY_SYSTEM.
package struct SystemIdentification: Hashable, Sendable {
    /// The same for a primary and its standbys.
    package let systemID: String
    package let timeline: Int64
    /// The end of the log on the server.
    package let position: LogSequenceNumber
    /// None for physical replication.
    package let database: String?
}

extension PostgresConnection {
    /// Asks who the server is, on a replication connection.
    ///
    /// - Throws: `PostgresError`.
    package func identifySystem() async throws(PostgresError) -> SystemIdentification {
        let row = try await replicationRow("IDENTIFY_SYSTEM")
        return try understanding("IDENTIFY_SYSTEM") { () throws(PostgresDecodingError) in
            SystemIdentification(
                systemID: try row.decode(String.self, 0),
                timeline: try row.decode(Int64.self, 1),
                position: try row.decodePosition(2) ?? .zero,
                database: try row.decode(String?.self, 3)
            )
        }
    }

    /// The one row that a replication command returns.
    ///
    /// - Throws: `PostgresError`.
    func replicationRow(_ command: String) async throws(PostgresError) -> PostgresRow {
        guard let row = try await query(command).first?.rows.first else {
            throw .invalidRequest("the server answers \"\(command)\" without a row")
        }
        return row
    }

    /// Reads the answer to a replication command.
    ///
    /// - Throws: `PostgresError` when it is not of the documented shape.
    func understanding<T>(
        _ command: String,
        _ body: () throws(PostgresDecodingError) -> T
    ) throws(PostgresError) -> T {
        do throws(PostgresDecodingError) {
            return try body()
        } catch {
            throw .invalidRequest("the server's answer to \"\(command)\" cannot be read: \(error)")
        }
    }
}

extension PostgresRow {
    /// Reads a position in the log; `nil` is NULL.
    ///
    /// - Throws: `PostgresDecodingError` when it is none.
    func decodePosition(_ index: Int) throws(PostgresDecodingError) -> LogSequenceNumber? {
        guard let text = try decode(String?.self, index) else { return nil }
        guard let position = LogSequenceNumber(text) else {
            throw PostgresDecodingError(column: "column \(index)", underlying: nil)
        }
        return position
    }
}
