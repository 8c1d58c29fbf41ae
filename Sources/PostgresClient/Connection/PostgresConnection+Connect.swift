package import PosixIO
import WireKit

extension PostgresConnection {
    /// Opens a session at the first endpoint that accepts one.
    ///
    /// The next endpoint is tried when nothing answers at one, or its server accepts no connections at the moment; an
    /// error such as a wrong password ends the search.
    ///
    /// - Throws: `PostgresConnectionError` of the last endpoint tried.
    package static func connect(
        _ configuration: PostgresConfiguration,
        on loop: EventLoop
    ) async throws(PostgresConnectionError) -> PostgresConnection {
        try configuration.validate()
        let deadline = ContinuousClock.now + configuration.connectTimeout
        var failures: [PostgresConnectionError] = []
        for (index, endpoint) in configuration.endpoints.enumerated() {
            // An equal share of the time left: an endpoint that never answers must not use up that of the others.
            let share = (deadline - ContinuousClock.now) / (configuration.endpoints.count - index)
            do throws(PostgresConnectionError) {
                return try await connect(to: endpoint, configuration, until: .now + share, on: loop)
            } catch {
                failures.append(error)
                guard error.isSafeToRetry || error.code == .resolve else { break }
            }
        }
        // The configuration has at least one endpoint, so the list holds an error here.
        var failure = failures.popLast() ?? .invalid("no host is given")
        failure.earlier = failures
        throw failure
    }

    private static func connect(
        to endpoint: Endpoint,
        _ configuration: PostgresConfiguration,
        until deadline: ContinuousClock.Instant,
        on loop: EventLoop
    ) async throws(PostgresConnectionError) -> PostgresConnection {
        let stream: ByteStream
        do throws(TransportError) {
            let timeout = max(.zero, deadline - ContinuousClock.now)
            stream = try await ByteStream.connect(to: endpoint, timeout: timeout, on: loop)
        } catch {
            throw PostgresConnectionError(error, phase: .connecting, endpoint: endpoint)
        }
        let connection = PostgresConnection(stream: stream, endpoint: endpoint)
        try await connection.start(configuration, until: deadline)
        try await connection.applySettings(configuration, until: deadline)
        return connection
    }

    /// Sets what our reading relies on, then what the user asked for.
    private func applySettings(
        _ configuration: PostgresConfiguration,
        until deadline: ContinuousClock.Instant
    ) async throws(PostgresConnectionError) {
        let pinned = SessionParameter.pinned(serverMajorVersion: serverMajorVersion)
        let statement = SessionParameter.statement(pinned + configuration.sessionParameters)
        do throws(PostgresError) {
            _ = try await simpleQuery(statement, .startup, until: deadline)
        } catch {
            switch error {
            case .connection(let error): throw error
            case .server(let error):
                throw end(
                    PostgresConnectionError(
                        .server,
                        phase: .startup,
                        peer: "\(endpoint)",
                        reason: "\(error)",
                        serverError: error
                    )
                )
            case .invalidRequest(let reason): throw .invalid(reason)
            case .transactionRolledBack: throw .invalid("the session's settings were rolled back")
            }
        }
    }
}

extension PostgresConfiguration {
    /// Checks what the server could misunderstand.
    ///
    /// - Throws: `PostgresConnectionError` (invalid configuration).
    func validate() throws(PostgresConnectionError) {
        guard !endpoints.isEmpty else { throw .invalid("no host is given") }
        guard !user.isEmpty else { throw .invalid("no user is given") }
        let texts = [("user", user), ("database", database), ("application name", applicationName)]
        for (name, text) in texts + [("password", password?.value ?? "")] where text.utf8.contains(0) {
            throw .invalid("the \(name) contains a NUL character")
        }
        for parameter in sessionParameters where (parameter.name + parameter.value).utf8.contains(0) {
            throw .invalid("a session parameter contains a NUL character")
        }
    }
}

extension PostgresConnectionError {
    /// A configuration that was not even tried.
    static func invalid(_ reason: String) -> PostgresConnectionError {
        PostgresConnectionError(.invalidConfiguration, phase: .connecting, peer: "the given address", reason: reason)
    }
}
