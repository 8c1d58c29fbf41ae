import PosixIO
import PostgresClient
import PostgresWire
import TestSupport
import Testing
import WireKit

/// Every way in, by every sslmode; `Scripts/test --matrix` runs it on every supported version and prints its table.
@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set"))
struct ConnectionMatrixTests {
    @Test("connection matrix: trust") func trust() async throws { try await everyMode(.trust, .none) }

    @Test("connection matrix: password") func password() async throws { try await everyMode(.cleartext, .password) }

    @Test("connection matrix: md5") func md5() async throws { try await everyMode(.md5, .md5) }

    @Test("connection matrix: scram") func scram() async throws {
        try await everyMode(.scram, .scramSHA256)
        // Another spelling of the password that the server was told.
        try await everyMode(.prepared, .scramSHA256) { $0.password = Credential("IX\u{AD} a") }
    }

    @Test("connection matrix: scram-plus") func scramPlus() async throws {
        let server = try await PostgresServer.shared()
        try await everyMode(.scram, .scramSHA256, modes: [.require, .verifyCA, .verifyFull]) {
            $0.authentication = AuthenticationRequirements(channelBinding: .require, methods: [.scramSHA256])
        }
        try await onLane { lane in
            var configuration = server.configuration(.scram, .verifyFull)
            #expect(try await session(configuration, on: lane).isChannelBound)
            configuration.authentication.channelBinding = .disable
            #expect(try await !session(configuration, on: lane).isChannelBound)
            configuration = server.configuration(.scram, .disable)
            configuration.authentication.channelBinding = .require
            let error = try await connectionError(configuration, on: lane)
            #expect(error.code == .authenticationRequirement && "\(error)".contains("not encrypted"))
        }
    }

    @Test("connection matrix: client certificate") func clientCertificate() async throws {
        let server = try await PostgresServer.shared()
        let identity = TLSIdentity(server.certificates.client)
        let encrypted = TLSIdentity(server.certificates.encryptedClient, Credential(server.certificates.passphrase))
        for role in [PostgresServer.Role.certificate, .certificateAndPassword] {
            let method: AuthenticationMethod = role.password == nil ? .none : .scramSHA256
            for identity in [identity, encrypted] {
                try await everyMode(role, method, modes: [.allow, .prefer, .require, .verifyCA, .verifyFull]) {
                    $0.tls.identity = identity
                }
            }
            try await onLane { lane in
                for mode in SSLMode.allCases {
                    let error = try await connectionError(server.configuration(role, mode), on: lane)
                    #expect(error.serverError?.sqlState == .invalidAuthorization, "\(mode): \(error)")
                }
            }
        }
        try await onLane { lane in
            var configuration = server.configuration(.certificate, .verifyFull)
            configuration.tls.identity = TLSIdentity(server.certificates.stranger)
            let error = try await connectionError(configuration, on: lane)
            #expect(error.code == .authenticationFailed && "\(error)".contains("certificate"), "\(error)")
            configuration.tls.identity = TLSIdentity(server.certificates.unknown)
            let unknown = try await connectionError(configuration, on: lane)
            #expect(unknown.code == .tls && "\(unknown)".contains("authority that signed the client"), "\(unknown)")
        }
    }

    /// Also a server that would take us without the certificate has to ask for it.
    @Test("connection matrix: sslcertmode require") func requiredCertificate() async throws {
        let server = try await PostgresServer.shared()
        let identity = TLSIdentity(server.certificates.client)
        for (role, method) in [(PostgresServer.Role.trust, AuthenticationMethod.none), (.scram, .scramSHA256)] {
            try await everyMode(role, method, modes: [.prefer, .require, .verifyCA, .verifyFull]) {
                $0.tls.identity = identity
                $0.authentication.requiresClientCertificate = true
            }
            try await onLane { lane in
                for (mode, words) in [(SSLMode.prefer, "there is none to send"), (.disable, "did not request one")] {
                    for maximum in [TLSVersion.tls1_2, .tls1_3] {
                        var configuration = server.configuration(role, mode)
                        configuration.tls.maximumVersion = maximum
                        configuration.authentication.requiresClientCertificate = true
                        let error = try await connectionError(configuration, on: lane)
                        #expect(error.code == .authenticationRequirement && error.reason.contains(words), "\(error)")
                    }
                }
            }
        }
    }

    /// Offered from PostgreSQL 17 on; before, the server hangs up on the handshake, and that is said.
    @Test("connection matrix: direct TLS") func directTLS() async throws {
        let server = try await PostgresServer.shared()
        let modes: [SSLMode] = [.require, .verifyCA, .verifyFull]
        guard server.majorVersion >= 17 else {
            print("connection matrix: PostgreSQL \(server.majorVersion) has no direct TLS: its refusal is checked")
            return try await onLane { lane in
                for mode in modes {
                    var configuration = server.configuration(.scram, mode)
                    configuration.tls.negotiation = .direct
                    let error = try await connectionError(configuration, on: lane)
                    #expect(error.code == .tls && "\(error)".contains("17"), "\(error)")
                }
            }
        }
        try await everyMode(.scram, .scramSHA256, modes: modes) {
            $0.tls.negotiation = .direct
            $0.authentication.channelBinding = .require
        }
    }

    @Test("connection matrix: unix socket") func unixSocket() async throws {
        let server = try await PostgresServer.shared()
        let paths = [server.socketPath, server.abstractSocketPath].compactMap(\.self)
        try await onLane { lane in
            for role in [PostgresServer.Role.trust, .cleartext, .md5, .scram] {
                for mode in SSLMode.allCases {
                    for path in paths {
                        var configuration = server.configuration(role, mode)
                        configuration.endpoints = [.unix(path: path)]
                        let security = try await session(configuration, on: lane)
                        #expect(security.tls == nil && !security.isChannelBound)
                    }
                }
            }
        }
    }

    /// The second attempt of the modes that have one.
    @Test("connection matrix: fall-back") func fallBack() async throws {
        try await everyMode(.tlsOnly, .scramSHA256, modes: [.allow, .prefer, .require, .verifyCA, .verifyFull])
        let server = try await PostgresServer.shared()
        try await onLane { lane in
            for mode in [SSLMode.disable, .allow, .prefer] {
                let plain = try await session(server.configuration(.plainOnly, mode), on: lane)
                #expect(plain.tls == nil && (plain.failedTLS != nil) == (mode == .prefer))
            }
            for mode in [SSLMode.require, .verifyCA, .verifyFull] {
                let error = try await connectionError(server.configuration(.plainOnly, mode), on: lane)
                #expect(error.code == .authenticationFailed && error.earlier.isEmpty)
            }
            // A certificate that is not trusted: prefer goes on without TLS.
            var configuration = server.configuration(.scram, .prefer)
            configuration.tls.roots = .file(path: server.certificates.otherAuthority)
            let plain = try await session(configuration, on: lane)
            #expect(plain.tls == nil && plain.failedTLS?.reason.contains("not among the root certificates") == true)
            configuration.tls.mode = .require
            #expect(try await connectionError(configuration, on: lane).code == .tls)
        }
    }

    @Test("connection matrix: protocol versions") func protocolVersions() async throws {
        let server = try await PostgresServer.shared()
        let newest: ProtocolVersion = server.majorVersion >= 18 ? .v3_2 : .v3_0
        try await onLane { lane in
            var configuration = server.configuration(.scram, .prefer)
            configuration.protocolVersions = .v3_0 ... .v3_2
            let connection = try await PostgresConnection.connect(configuration, on: lane.loop)
            #expect(connection.security.protocolVersion == newest)
            #expect(connection.backendKey?.secretKey.count == (newest == .v3_2 ? 32 : 4))
            configuration.protocolVersions = .v3_2 ... .v3_2
            if newest == .v3_2 {
                #expect(try await session(configuration, on: lane).protocolVersion == .v3_2)
            } else {
                let error = try await connectionError(configuration, on: lane)
                #expect(error.code == .protocolVersion && "\(error)".contains("3.0"))
            }
        }
    }
}

extension ConnectionMatrixTests {
    /// Opens a session by each mode, and compares what both sides think of it.
    private func everyMode(
        _ role: PostgresServer.Role,
        _ method: AuthenticationMethod,
        modes: [SSLMode] = SSLMode.allCases,
        _ change: @escaping @Sendable (inout PostgresConfiguration) -> Void = { _ in }
    ) async throws {
        let server = try await PostgresServer.shared()
        try await onLane { lane in
            for mode in modes {
                var configuration = server.configuration(role, mode)
                configuration.authentication.methods = [method]
                change(&configuration)
                let security = try await session(configuration, on: lane)
                #expect(security.authenticationMethod == method)
                let wantsTLS = mode != .disable && (mode != .allow || role.isEncryptedOnly)
                #expect((security.tls != nil) == wantsTLS, "\(role) by \(mode)")
            }
        }
    }

    /// Opens a session, compares it with what the server reports, and closes it.
    private func session(
        _ configuration: PostgresConfiguration,
        on lane: isolated Lane
    ) async throws -> SessionSecurity {
        let connection = try await PostgresConnection.connect(configuration, on: lane.loop)
        defer { connection.close() }
        let sql = "SELECT current_user::text, ssl, version, cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        let row = try #require(try await connection.query(sql).first?.rows.first)
        let tls = connection.security.tls
        #expect(try row.decode(String.self, 0) == configuration.user)
        #expect(try row.decode(Bool.self, 1) == (tls != nil))
        #expect(try row.decode(String?.self, 2) == tls?.version)
        #expect(try row.decode(String?.self, 3) == tls?.cipher)
        #expect(tls?.isDirect ?? false == (configuration.tls.negotiation == .direct))
        return connection.security
    }
}

extension PostgresServer {
    /// A configuration for a role by a mode, with the root certificates that the mode needs.
    fileprivate func configuration(_ role: Role, _ mode: SSLMode) -> PostgresConfiguration {
        var configuration = configuration(role)
        configuration.tls = PostgresTLS(mode: mode)
        if mode == .verifyCA || mode == .verifyFull { configuration.tls.roots = .file(path: certificates.authority) }
        return configuration
    }
}

extension TLSIdentity {
    init(_ identity: TestCertificates.Identity, _ passphrase: Credential? = nil) {
        self.init(
            certificateChainPath: identity.certificate,
            privateKeyPath: identity.privateKey,
            passphrase: passphrase
        )
    }
}
