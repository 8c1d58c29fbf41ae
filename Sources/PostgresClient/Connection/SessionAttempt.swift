import PosixIO
import PostgresWire
import WireKit

/// The opening of a session at one address.
struct SessionAttempt {
    let configuration: PostgresConfiguration
    let host: PostgresHost
    let address: SocketAddress
    let deadline: ContinuousClock.Instant

    /// Opens a session, encrypted as the configuration says, at a server of the kind wanted.
    ///
    /// - Throws: `PostgresConnectionError`; what was opened is closed.
    func run(
        _ target: TargetSessionAttributes,
        on loop: EventLoop
    ) async throws(PostgresConnectionError) -> PostgresConnection {
        let plan = EncryptionPlan(configuration.tls, endpoint: host.endpoint)
        var connection = try await connect(on: loop)
        do throws(PostgresConnectionError) {
            try await connection.start(self, plan.first)
        } catch {
            // Neither a full server nor one that is starting gives another answer to another kind of session.
            let isRefusal = error.serverError != nil && error.continuation == .stop
            guard error.code != .timeout, error.code != .cancelled,
                let next = plan.alternative(after: connection.progress, isRefusal: isRefusal)
            else { throw error }
            connection = try await retry(next, after: error, on: loop)
            if connection.security.tls == nil { connection.security.failedTLS = error }
        }
        if configuration.replication != .physical { try await connection.applySettings(configuration, until: deadline) }
        try await connection.require(target, until: deadline)
        return connection
    }

    private func retry(
        _ encryption: Encryption,
        after first: PostgresConnectionError,
        on loop: EventLoop
    ) async throws(PostgresConnectionError) -> PostgresConnection {
        do throws(PostgresConnectionError) {
            let connection = try await connect(on: loop)
            try await connection.start(self, encryption)
            return connection
        } catch {
            var error = error
            error.earlier = [first]
            throw error
        }
    }

    /// The same attempt with another deadline.
    func until(_ deadline: ContinuousClock.Instant) -> SessionAttempt {
        SessionAttempt(configuration: configuration, host: host, address: address, deadline: deadline)
    }

    /// Connects, and says nothing.
    ///
    /// - Throws: `PostgresConnectionError`.
    func connect(
        on loop: EventLoop,
        outlastsCancellation: Bool = false
    ) async throws(PostgresConnectionError) -> PostgresConnection {
        do throws(TransportError) {
            let stream = try await ByteStream.connect(
                to: address,
                peer: "\(host.endpoint)",
                keepAlive: configuration.keepAlive,
                until: deadline,
                on: loop,
                outlastsCancellation: outlastsCancellation
            )
            return PostgresConnection(stream: stream, endpoint: host.endpoint)
        } catch {
            throw PostgresConnectionError(error, phase: .connecting, endpoint: host.endpoint)
        }
    }

    /// What the start-up's machine needs to know for one attempt.
    ///
    /// - Throws: `PostgresConnectionError` when the system has no random numbers to give.
    func machineConfiguration(
        _ encryption: Encryption
    ) throws(PostgresConnectionError) -> StartupStateMachine.Configuration {
        guard let random = Crypto.randomBytes(count: 18) else {
            throw .invalid("the system has no random numbers for authentication")
        }
        let tls: StartupStateMachine.Configuration.TLS =
            switch encryption {
            case .plain, .direct: .disable
            case .negotiated(isRequired: false): .prefer
            case .negotiated(isRequired: true): .require
            }
        return StartupStateMachine.Configuration(
            user: configuration.user,
            password: (host.password ?? configuration.password)?.value,
            tls: tls,
            authentication: configuration.authentication,
            protocolVersions: configuration.protocolVersions,
            parameters: configuration.startupParameters,
            nonce: random.map { String($0, radix: 36) }.joined(separator: "."),
            hashes: .libcrypto
        )
    }
}

extension PostgresConfiguration {
    /// What the StartupMessage says.
    ///
    /// Connection poolers refuse parameters that they do not know, so only these are here; the rest is set afterwards.
    var startupParameters: [StartupMessage.Parameter] {
        var parameters: [StartupMessage.Parameter] = [
            .init("user", user), .init("database", database), .init("client_encoding", "UTF8"),
            .init("application_name", applicationName),
        ]
        if let options { parameters.append(.init("options", options)) }
        if let replication { parameters.append(.init("replication", replication.rawValue)) }
        return parameters
    }
}

extension AuthenticationHashes {
    /// The functions of libcrypto.
    static let libcrypto = AuthenticationHashes(
        md5: { Crypto.md5($0) },
        sha256: { Crypto.sha256($0) },
        hmacSHA256: { Crypto.hmacSHA256(key: $0, message: $1) },
        pbkdf2SHA256: { Crypto.pbkdf2SHA256(password: $0, salt: $1, iterations: $2) }
    )
}
