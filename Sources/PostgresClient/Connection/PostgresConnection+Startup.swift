import PosixIO
import PostgresWire
import WireKit

/// The start-up's state machine, driven.
extension PostgresConnection {
    /// Opens the session on a fresh connection.
    ///
    /// - Throws: `PostgresConnectionError`; the connection is closed.
    func start(
        _ configuration: PostgresConfiguration,
        until deadline: ContinuousClock.Instant
    ) async throws(PostgresConnectionError) {
        var machine = StartupStateMachine(try machineConfiguration(configuration))
        var action = machine.connected()
        while true {
            switch action {
            case .sendPacket(.sslRequest):
                enqueue(.sslRequest)
                try await flush(.startup, until: deadline)
                let answer = try await tlsAnswer(until: deadline)
                action = machine.tlsAnswerReceived(answer, hasMoreBytes: !input.isEmpty)
            case .sendPacket(let packet):
                enqueue(packet)
                try await flush(.startup, until: deadline)
                action = try await firstAnswer(&machine, until: deadline)
            case .startTLS:
                try await startTLS(configuration, until: deadline)
                action = machine.tlsEstablished()
            case .send(let message):
                enqueue([message])
                try await flush(.startup, until: deadline)
                action = try await nextAction(&machine, until: deadline)
            case .read:
                action = try await nextAction(&machine, until: deadline)
            case .backendKey(let key):
                backendKey = key
                action = try await nextAction(&machine, until: deadline)
            case .asynchronous(let message):
                received(message)
                action = try await nextAction(&machine, until: deadline)
            case .ready(let status):
                transactionStatus = status
                state = .idle
                return
            case .fail(let failure):
                throw end(PostgresConnectionError(failure, endpoint: endpoint))
            }
        }
    }

    private func machineConfiguration(
        _ configuration: PostgresConfiguration
    ) throws(PostgresConnectionError) -> StartupStateMachine.Configuration {
        guard let random = Crypto.randomBytes(count: 18) else {
            throw end(.invalid("the system has no random numbers for authentication"))
        }
        return StartupStateMachine.Configuration(
            user: configuration.user,
            password: configuration.password?.value,
            tls: tlsRequirement(configuration.tls),
            parameters: [
                .init("user", configuration.user), .init("database", configuration.database),
                .init("client_encoding", "UTF8"), .init("application_name", configuration.applicationName),
            ],
            nonce: random.map { String($0, radix: 36) }.joined(separator: "."),
            hashes: .libcrypto
        )
    }

    private func tlsRequirement(_ tls: PostgresTLS) -> StartupStateMachine.Configuration.TLS {
        // A unix-domain socket has no TLS; libpq does not ask for it there either.
        if case .unix = endpoint { return .disable }
        return switch tls.mode {
        case .disable, .allow: .disable
        case .prefer: .prefer
        case .require, .verifyCA, .verifyFull: .require
        }
    }

    /// Waits for the single byte that answers an SSLRequest.
    private func tlsAnswer(until deadline: ContinuousClock.Instant) async throws(PostgresConnectionError) -> UInt8 {
        while true {
            if let answer = input.peekInteger(UInt8.self) {
                input.consume(1)
                return answer
            }
            guard try await receive(.startup, until: deadline) else { throw end(closedError(.startup)) }
        }
    }

    private func startTLS(
        _ configuration: PostgresConfiguration,
        until deadline: ContinuousClock.Instant
    ) async throws(PostgresConnectionError) {
        var serverName = ""
        if case .tcp(let host, _) = endpoint { serverName = host }
        let verification: CertificateVerification =
            configuration.tls.mode == .verifyFull ? .full(configuration.tls.roots ?? .system) : .none
        do throws(TransportError) {
            try await stream.startTLSClient(
                TLSClientConfiguration(verification: verification),
                serverName: serverName,
                timeout: max(.zero, deadline - ContinuousClock.now)
            )
        } catch {
            throw end(error, .startup)
        }
    }

    /// The first thing that a server says may be an error in the format of protocol 2.0.
    private func firstAnswer(
        _ machine: inout StartupStateMachine,
        until deadline: ContinuousClock.Instant
    ) async throws(PostgresConnectionError) -> StartupStateMachine.Action {
        while true {
            switch LegacyErrorResponse.next(in: input.readableBytes()[...]) {
            case .error(let error, _): return machine.legacyErrorReceived(error)
            case .other: return try await nextAction(&machine, until: deadline)
            case .needsMore:
                guard try await receive(.startup, until: deadline) else { throw end(closedError(.startup)) }
            }
        }
    }

    private func nextAction(
        _ machine: inout StartupStateMachine,
        until deadline: ContinuousClock.Instant
    ) async throws(PostgresConnectionError) -> StartupStateMachine.Action {
        while true {
            if let message = try takeMessage(.startup) { return machine.messageReceived(message) }
            guard try await receive(.startup, until: deadline) else { throw end(closedError(.startup)) }
        }
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
