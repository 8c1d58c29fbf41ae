import PosixIO
import PostgresWire
import WireKit

/// The start-up's state machine, driven.
extension PostgresConnection {
    /// Opens the session on a fresh connection.
    ///
    /// - Throws: `PostgresConnectionError`; the connection is closed, and `progress` says how far it had come.
    func start(_ attempt: SessionAttempt, _ encryption: Encryption) async throws(PostgresConnectionError) {
        var machine = StartupStateMachine(try attempt.machineConfiguration(encryption))
        let deadline = attempt.deadline
        enqueue(try await secureChannel(attempt, encryption, &machine))
        progress = .authentication(isEncrypted: security.tls != nil)
        try await flush(.startup, until: deadline)
        var action = try await firstAnswer(&machine, until: deadline)
        while true {
            switch action {
            case .send(let message):
                enqueue([message])
                try await flush(.startup, until: deadline)
                action = try await nextAction(&machine, until: deadline)
            case .read:
                if machine.isAuthenticated { progress = .authenticated }
                action = try await nextAction(&machine, until: deadline)
            case .backendKey(let key):
                backendKey = key
                action = try await nextAction(&machine, until: deadline)
            case .asynchronous(let message):
                received(message)
                action = try await nextAction(&machine, until: deadline)
            case .ready(let status):
                transactionStatus = status
                note(machine)
                origin = Origin(attempt: attempt, encryption: encryption)
                state = .idle
                return
            case .fail(let failure):
                throw end(failed(failure, asked: attempt.configuration.protocolVersions.upperBound))
            case .sendPacket, .startTLS:
                throw end(.invalid("the session's opening began again"))
            }
        }
    }

    /// Encrypts the connection as far as the attempt asks for it and the server consents.
    ///
    /// - Returns: the packet that begins the session, which was not sent.
    /// - Throws: `PostgresConnectionError`; the connection is closed.
    private func secureChannel(
        _ attempt: SessionAttempt,
        _ encryption: Encryption,
        _ machine: inout StartupStateMachine
    ) async throws(PostgresConnectionError) -> StartupPacket {
        var action =
            encryption == .direct
            ? machine.tlsEstablished(try await startTLS(attempt, isDirect: true)) : machine.connected()
        while true {
            switch action {
            case .sendPacket(.sslRequest):
                enqueue(.sslRequest)
                try await flush(.startup, until: attempt.deadline)
                let answer = try await tlsAnswer(until: attempt.deadline)
                action = machine.tlsAnswerReceived(answer, hasMoreBytes: !input.isEmpty)
            case .startTLS:
                action = machine.tlsEstablished(try await startTLS(attempt, isDirect: false))
            case .sendPacket(let packet):
                return packet
            case .fail(let failure):
                throw end(PostgresConnectionError(failure, endpoint: endpoint))
            case .send, .read, .backendKey, .asynchronous, .ready:
                throw end(.invalid("the session's opening did not begin"))
            }
        }
    }

    /// Opens a further connection to this session's server, encrypted as this one, on which nothing is said yet: for a
    /// request to cancel, which the cancellation of the task does not stop.
    ///
    /// - Throws: `PostgresConnectionError`.
    func openSibling(
        until deadline: ContinuousClock.Instant
    ) async throws(PostgresConnectionError) -> PostgresConnection {
        guard let origin else { throw .invalid("the session was never open") }
        let attempt = origin.attempt.until(deadline)
        let sibling = try await attempt.connect(on: loop, outlastsCancellation: true)
        var machine = StartupStateMachine(try attempt.machineConfiguration(origin.encryption))
        _ = try await sibling.secureChannel(attempt, origin.encryption, &machine)
        // A request to cancel carries a secret: it does not leave unencrypted what began encrypted.
        guard security.tls == nil || sibling.security.tls != nil else {
            throw sibling.end(PostgresConnectionError(StartupFailure.tlsRefused, endpoint: endpoint))
        }
        return sibling
    }

    /// A failed opening, whose reason may be a version of the protocol that an old server, or a pooler, takes for garbage.
    private func failed(_ failure: StartupFailure, asked version: ProtocolVersion) -> PostgresConnectionError {
        let error = PostgresConnectionError(failure, endpoint: endpoint)
        guard let state = error.serverError?.sqlState, [.protocolViolation, .featureNotSupported].contains(state),
            version > .v3_0, progress != .authenticated, error.code == .server
        else { return error }
        return PostgresConnectionError(
            .protocolVersion,
            phase: .startup,
            peer: error.peer,
            reason: "\(error.reason) (it was asked for protocol \(version))",
            serverError: error.serverError
        )
    }

    private func note(_ machine: StartupStateMachine) {
        security.authenticationMethod = machine.authentication.method
        security.isChannelBound = machine.authentication.isChannelBound
        security.protocolVersion = machine.protocolVersion
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

    /// Shakes hands.
    ///
    /// - Returns: what the authentication can be bound to, and what became of our certificate.
    private func startTLS(
        _ attempt: SessionAttempt,
        isDirect: Bool
    ) async throws(PostgresConnectionError) -> TLSSessionDetails? {
        progress = .handshake
        let configuration = TLSClientConfiguration(attempt.configuration.tls)
        do throws(TransportError) {
            try await stream.startTLSClient(
                configuration,
                serverName: attempt.host.tlsName,
                timeout: max(.zero, attempt.deadline - .now)
            )
        } catch {
            guard isDirect, case .tls(let reason, let peer) = error else { throw end(error, .startup) }
            throw end(.tls(reason: "\(reason) (direct TLS needs PostgreSQL 17 or newer)", peer: peer), .startup)
        }
        let details = stream.tlsDetails
        // Without it, bytes meant for another protocol could be taken for ours (ALPACA).
        guard !isDirect || details?.applicationProtocol == configuration.applicationProtocol else {
            let reason = "the server does not confirm the protocol \"postgresql\", as direct TLS demands (ALPN)"
            throw end(.tls(reason: reason, peer: stream.peer), .startup)
        }
        security.tls = SessionSecurity.TLS(
            version: details?.version ?? "",
            cipher: details?.cipher ?? "",
            verification: configuration.verification,
            isDirect: isDirect
        )
        return details
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

extension StartupStateMachine {
    fileprivate mutating func tlsEstablished(_ details: TLSSessionDetails?) -> Action {
        let clientCertificate: ClientCertificate =
            switch details?.clientCertificate {
            case nil, .notRequested: .notRequested
            case .missing: .missing
            case .sent: .sent
            }
        return tlsEstablished(serverEndPoint: details?.serverEndPoint, clientCertificate: clientCertificate)
    }
}

extension TLSClientConfiguration {
    /// Root certificates are used in every mode, and demanded in the verifying ones.
    init(_ tls: PostgresTLS) {
        let verification: CertificateVerification =
            switch tls.mode {
            case .verifyFull: .full(tls.roots ?? .system)
            case .disable, .allow, .prefer, .require, .verifyCA: tls.roots.map { .chain($0) } ?? .none
            }
        self.init(verification: verification, identity: tls.identity)
        if tls.revocationListPath != nil || tls.revocationListDirectory != nil {
            revocation = RevocationLists(path: tls.revocationListPath, directory: tls.revocationListDirectory)
        }
        minimumVersion = tls.minimumVersion
        maximumVersion = tls.maximumVersion
        sendsServerName = tls.sendsServerName
        applicationProtocol = "postgresql"
    }
}

extension PostgresHost {
    /// What the server's certificate must name.
    fileprivate var tlsName: String {
        if let name { return name }
        if case .tcp(let host, _) = endpoint { return host }
        return ""
    }
}
