import PostgresWire

/// A lock whose meaning is the application's own.
///
/// PostgreSQL documentation, "Advisory Locks" and "Advisory Lock Functions".
package struct AdvisoryLock: Hashable, Sendable {
    /// The two key spaces do not overlap.
    package enum Key: Hashable, Sendable {
        case number(Int64)
        case pair(Int32, Int32)
    }

    package var key: Key
    /// Whether others may hold it shared too.
    package var isShared: Bool

    package init(_ key: Key, isShared: Bool = false) {
        self.key = key
        self.isShared = isShared
    }

    /// A call of one of the functions, such as `pg_try_advisory_xact_lock_shared`.
    func call(_ function: String) -> String {
        let arguments =
            switch key {
            case .number(let number): "\(number)"
            case .pair(let first, let second): "\(first), \(second)"
            }
        return "pg_catalog.\(function)\(isShared ? "_shared" : "")(\(arguments))"
    }
}

extension PostgresConnection {
    /// Runs `body` while this session holds `lock`, for which it waits.
    ///
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws, or the `PostgresError` of locking.
    package func withAdvisoryLock<T>(
        _ lock: AdvisoryLock,
        _ body: (PostgresConnection) async throws -> T
    ) async throws -> T {
        try await execute("SELECT \(lock.call("pg_advisory_lock"))")
        return try await holding(lock, body)
    }

    /// Runs `body` while this session holds `lock`, if it is free.
    ///
    /// - Returns: what `body` returns, or `nil` when another session holds the lock.
    /// - Throws: what `body` throws, or the `PostgresError` of locking.
    package func tryAdvisoryLock<T>(
        _ lock: AdvisoryLock,
        _ body: (PostgresConnection) async throws -> T
    ) async throws -> T? {
        let isHeld: Bool = try await value("SELECT \(lock.call("pg_try_advisory_lock"))")
        return isHeld ? try await holding(lock, body) : nil
    }

    private func holding<T>(_ lock: AdvisoryLock, _ body: (PostgresConnection) async throws -> T) async throws -> T {
        let value: T
        do {
            value = try await body(self)
        } catch {
            await release(lock)
            throw error
        }
        await release(lock)
        return value
    }

    /// A session that cannot give the lock back is closed, which gives it back.
    private func release(_ lock: AdvisoryLock) async {
        guard isUsable else { return close() }
        // A failed transaction takes no statement; its end must come first, and is not ours to bring about.
        guard transactionStatus != .failed else { return close() }
        do throws(PostgresError) {
            try await executeOutlastingCancellation("SELECT \(lock.call("pg_advisory_unlock"))")
        } catch {
            close()
        }
    }

    /// Takes `lock`, for which it waits, until the open transaction ends.
    ///
    /// - Throws: `PostgresError`.
    package func lockInTransaction(_ lock: AdvisoryLock) async throws(PostgresError) {
        guard transactionStatus != .idle else { throw .invalidRequest("the lock needs an open transaction") }
        try await execute("SELECT \(lock.call("pg_advisory_xact_lock"))")
    }

    /// Takes `lock` until the open transaction ends, if it is free.
    ///
    /// - Returns: whether it is held now.
    /// - Throws: `PostgresError`.
    package func tryLockInTransaction(_ lock: AdvisoryLock) async throws(PostgresError) -> Bool {
        guard transactionStatus != .idle else { throw .invalidRequest("the lock needs an open transaction") }
        return try await value("SELECT \(lock.call("pg_try_advisory_xact_lock"))")
    }
}
