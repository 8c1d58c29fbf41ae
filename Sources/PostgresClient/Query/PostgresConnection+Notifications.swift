package import PostgresWire

/// LISTEN and NOTIFY.
extension PostgresConnection {
    /// Listens on a channel; what comes is kept for `nextNotification`, and shown to `notificationObserver`.
    ///
    /// - Throws: `PostgresError`.
    package func listen(to channel: String) async throws(PostgresError) {
        keepsNotifications = true
        try await execute("LISTEN \(SQLText.identifier(channel))")
    }

    /// Listens no more.
    ///
    /// - Throws: `PostgresError`.
    package func stopListening(to channel: String) async throws(PostgresError) {
        try await execute("UNLISTEN \(SQLText.identifier(channel))")
    }

    /// Notifies everyone who listens on a channel, when the transaction commits.
    ///
    /// - Throws: `PostgresError`.
    package func notify(_ channel: String, payload: String = "") async throws(PostgresError) {
        _ = try await query("SELECT pg_catalog.pg_notify($1, $2)", [.text(channel), .text(payload)])
    }

    /// The next notification; the session does nothing else meanwhile.
    ///
    /// A cancelled task stops waiting, and the session stays usable.
    ///
    /// - Parameter deadline: when to give up; none waits as long as the connection lives.
    /// - Returns: the notification, or `nil` when none came in time.
    /// - Throws: `PostgresError`: cancelled, or the server ended the session.
    package func nextNotification(
        until deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresError) -> NotificationResponse? {
        while pendingNotifications.isEmpty {
            guard try await listenIdle(until: deadline) else { return nil }
        }
        return pendingNotifications.removeFirst()
    }
}
