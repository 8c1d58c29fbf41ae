import PostgresWire

extension PostgresConnection {
    /// Runs `body` inside a transaction: committed when it returns, rolled back when it throws or its task is cancelled.
    ///
    /// - Parameters:
    ///   - options: how the transaction behaves.
    ///   - body: the statements.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws, or the `PostgresError` of BEGIN or COMMIT.
    package func withTransaction<T>(
        _ options: TransactionOptions = TransactionOptions(),
        _ body: (PostgresConnection) async throws -> T
    ) async throws -> T {
        guard transactionStatus == .idle else {
            throw PostgresError.invalidRequest("a transaction is open already; withSavepoint nests in it")
        }
        let value: T
        do {
            try await execute(options.statement)
            if let snapshot = options.snapshot {
                try await execute("SET TRANSACTION SNAPSHOT \(SQLText.literal(snapshot))")
            }
            value = try await body(self)
            if Task.isCancelled { throw PostgresError.cancelled }
        } catch {
            await rollBack("ROLLBACK")
            throw error
        }
        // The server answers COMMIT with ROLLBACK when a statement had failed and nobody passed the error on.
        let results = try await query("COMMIT")
        guard results.first?.completion?.tag == "COMMIT" else { throw PostgresError.transactionRolledBack }
        return value
    }

    /// Runs `body` inside a savepoint of the open transaction, which survives when `body` throws.
    ///
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws, or the `PostgresError` of the savepoint.
    package func withSavepoint<T>(_ body: (PostgresConnection) async throws -> T) async throws -> T {
        guard transactionStatus != .idle else {
            throw PostgresError.invalidRequest("a savepoint needs an open transaction")
        }
        savepointDepth += 1
        let name = SQLText.identifier("savepoint \(savepointDepth)")
        defer { savepointDepth = max(0, savepointDepth - 1) }
        try await execute("SAVEPOINT \(name)")
        let value: T
        do {
            value = try await body(self)
            if Task.isCancelled { throw PostgresError.cancelled }
        } catch {
            // The savepoint outlives the return to it.
            await rollBack("ROLLBACK TO SAVEPOINT \(name); RELEASE SAVEPOINT \(name)")
            throw error
        }
        // Fails where a statement had failed and nobody passed the error on.
        do {
            try await execute("RELEASE SAVEPOINT \(name)")
        } catch {
            await rollBack("ROLLBACK TO SAVEPOINT \(name); RELEASE SAVEPOINT \(name)")
            throw error
        }
        return value
    }

    /// Undoes what was done, even for a cancelled task; a session that cannot be told so is closed, and rolled back by the
    /// server.
    private func rollBack(_ statements: String) async {
        guard isUsable else { return close() }
        guard transactionStatus != .idle else { return }
        do throws(PostgresError) {
            try await executeOutlastingCancellation(statements)
        } catch {
            close()
        }
    }

    /// Runs a statement that must run even for a cancelled task, within `cancellationTimeout`.
    ///
    /// - Throws: `PostgresError`.
    func executeOutlastingCancellation(_ sql: String) async throws(PostgresError) {
        try await outlastingCancellation { deadline throws(PostgresError) in
            _ = try await self.simpleQuery(sql, .query, until: deadline)
        }
    }

    /// Takes the transaction's snapshot and lets other transactions enter it, as long as this one is open.
    ///
    /// - Returns: what `TransactionOptions.snapshot` takes.
    /// - Throws: `PostgresError`; a transaction with a savepoint cannot export.
    package func exportSnapshot() async throws(PostgresError) -> String {
        guard transactionStatus != .idle else {
            throw .invalidRequest("a snapshot is exported from an open transaction")
        }
        return try await value("SELECT pg_catalog.pg_export_snapshot()")
    }

    /// The one value that a statement returns.
    ///
    /// - Throws: `PostgresError`.
    func value<T: PostgresDecodable>(
        _ sql: String,
        _ parameters: [PostgresParameter] = []
    ) async throws(PostgresError) -> T {
        let result = try await query(sql, parameters)
        guard let row = result.rows.first, let value = try? row.decode(T.self, 0) else {
            throw .invalidRequest("\"\(sql)\" returned no value")
        }
        return value
    }
}
