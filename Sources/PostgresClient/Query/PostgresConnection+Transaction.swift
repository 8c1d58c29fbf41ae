import PostgresWire

extension PostgresConnection {
    /// Runs `body` inside a transaction: committed when it returns, rolled back when it throws.
    ///
    /// - Parameters:
    ///   - begin: the statement that starts it, with an isolation level if one is wanted.
    ///   - body: the statements.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws, or the `PostgresError` of BEGIN or COMMIT.
    package func withTransaction<T>(
        _ begin: String = "BEGIN",
        _ body: (PostgresConnection) async throws -> T
    ) async throws -> T {
        try await execute(begin)
        let value: T
        do {
            value = try await body(self)
        } catch {
            // A session that is lost, or still in the middle of something, is rolled back by the server.
            if isUsable { try? await execute("ROLLBACK") } else { close() }
            throw error
        }
        // The server answers COMMIT with ROLLBACK when a statement had failed and nobody passed the error on.
        let results = try await query("COMMIT")
        guard results.first?.completion?.tag == "COMMIT" else { throw PostgresError.transactionRolledBack }
        return value
    }
}
