import PostgresWire

/// A lock on tables that an open transaction takes and holds to its end.
///
/// PostgreSQL documentation, LOCK and "Table-Level Locks".
package struct TableLock: Hashable, Sendable {
    /// From the weakest to the strongest.
    package enum Mode: String, Sendable, CaseIterable {
        case accessShare = "ACCESS SHARE"
        case rowShare = "ROW SHARE"
        case rowExclusive = "ROW EXCLUSIVE"
        case shareUpdateExclusive = "SHARE UPDATE EXCLUSIVE"
        case share = "SHARE"
        case shareRowExclusive = "SHARE ROW EXCLUSIVE"
        case exclusive = "EXCLUSIVE"
        case accessExclusive = "ACCESS EXCLUSIVE"
    }

    /// A table's name.
    package struct Table: Hashable, Sendable {
        /// None looks the table up in the search path.
        package var schema: String?
        package var name: String
        /// Whether tables that inherit from it, or are its partitions, are left out.
        package var excludesDescendants: Bool

        package init(schema: String? = nil, _ name: String, excludesDescendants: Bool = false) {
            self.schema = schema
            self.name = name
            self.excludesDescendants = excludesDescendants
        }

        var text: String {
            (excludesDescendants ? "ONLY " : "") + (schema.map { SQLText.identifier($0) + "." } ?? "")
                + SQLText.identifier(name)
        }
    }

    package var tables: [Table]
    package var mode: Mode
    /// Whether an error (55P03) is better than waiting.
    package var failsAtOnce: Bool

    package init(_ tables: [Table], _ mode: Mode, failsAtOnce: Bool = false) {
        self.tables = tables
        self.mode = mode
        self.failsAtOnce = failsAtOnce
    }

    var statement: String {
        let names = tables.map(\.text).joined(separator: ", ")
        return "LOCK TABLE \(names) IN \(mode.rawValue) MODE" + (failsAtOnce ? " NOWAIT" : "")
    }
}

extension PostgresConnection {
    /// Locks tables until the open transaction ends.
    ///
    /// - Throws: `PostgresError`.
    package func lock(_ lock: TableLock) async throws(PostgresError) {
        guard transactionStatus != .idle else { throw .invalidRequest("LOCK TABLE needs an open transaction") }
        guard !lock.tables.isEmpty else { throw .invalidRequest("there is no table to lock") }
        try await execute(lock.statement)
    }

    /// Runs `body` inside a transaction that holds `lock`.
    ///
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws, or the `PostgresError` of the lock or the transaction.
    package func withTableLock<T>(
        _ lock: TableLock,
        _ options: TransactionOptions = TransactionOptions(),
        _ body: (PostgresConnection) async throws -> T
    ) async throws -> T {
        try await withTransaction(options) { connection in
            try await connection.lock(lock)
            return try await body(connection)
        }
    }
}
