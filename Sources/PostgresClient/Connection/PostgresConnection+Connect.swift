package import PosixIO
import PostgresWire
import WireKit

extension PostgresConnection {
    /// Opens a session at the first server that takes us.
    ///
    /// The next host is tried when nothing answers at one, or its server accepts no connections at the moment or is not
    /// of the kind wanted; an error such as a wrong password ends the search.
    ///
    /// - Throws: `PostgresConnectionError` of the last attempt, with those before it.
    package static func connect(
        _ configuration: PostgresConfiguration,
        on loop: EventLoop
    ) async throws(PostgresConnectionError) -> PostgresConnection {
        try await connect(configuration, order: { Array(0..<$0).shuffled() }, on: loop)
    }

    /// - Parameters:
    ///   - configuration: how to open the session.
    ///   - order: the random order in which hosts and addresses are tried when load is balanced.
    ///   - loop: the loop that the caller runs on.
    /// - Returns: the session.
    /// - Throws: `PostgresConnectionError` of the last attempt, with those before it.
    package static func connect(
        _ configuration: PostgresConfiguration,
        order: @escaping @Sendable (_ count: Int) -> [Int],
        on loop: EventLoop
    ) async throws(PostgresConnectionError) -> PostgresConnection {
        try configuration.validate()
        var search = ServerSearch(configuration, order: order, on: loop)
        return try await search.run(until: .now + configuration.connectTimeout)
    }

    /// Sets what our reading relies on, then what the user asked for.
    func applySettings(
        _ configuration: PostgresConfiguration,
        until deadline: ContinuousClock.Instant
    ) async throws(PostgresConnectionError) {
        settings = SessionParameter.pinned(serverMajorVersion: serverMajorVersion) + configuration.sessionParameters
        _ = try await startupQuery(SessionParameter.statement(settings), until: deadline)
    }

    /// Sets again, for the open transaction alone, what was set when the session was opened, and `others`.
    ///
    /// A pooler that keeps a server for a transaction only may have opened the session on another server than the one
    /// that reads for it.
    ///
    /// - Throws: `PostgresError`: invalid request outside of a transaction, or the server's refusal.
    package func repeatSettings(and others: [SessionParameter] = []) async throws(PostgresError) {
        guard transactionStatus == .inTransaction else {
            throw .invalidRequest("settings are repeated inside of a transaction")
        }
        try await execute(SessionParameter.statement(settings + others, isLocal: true))
    }
}

extension PostgresConnectionError {
    /// A configuration that was not even tried.
    static func invalid(_ reason: String) -> PostgresConnectionError {
        PostgresConnectionError(.invalidConfiguration, phase: .connecting, peer: "the given address", reason: reason)
    }
}
