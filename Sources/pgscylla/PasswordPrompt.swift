import Migration
import PosixIO
import PostgresClient
import WireKit

/// Asks for PostgreSQL's password, and for the passphrase of the client's key, when it is wanted, nobody has given it,
/// and somebody is there to answer.
enum PasswordPrompt {
    /// The configuration with what was typed, if something was needed.
    ///
    /// Whether it is needed only the server knows, so one session is opened for the answer.
    ///
    /// - Throws: `MigrationError` when the server cannot be reached, or it was interrupted.
    static func complete(_ source: SourceConfiguration) async throws(MigrationError) -> SourceConfiguration {
        let hasBareIdentity = source.connection.tls.identity.map { $0.passphrase == nil } ?? false
        guard source.passwordOrigin == .none || hasBareIdentity, ControllingTerminal.isAttended else { return source }
        return try await withLane(named: "password") { lane throws(MigrationError) in
            var source = source
            if hasBareIdentity { source = try await withPassphrase(source, on: lane.loop) }
            guard source.passwordOrigin == .none else { return source }
            do throws(MigrationError) {
                try await source.connect(on: lane.loop).close()
                return source
            } catch {
                guard await wantsPassword(error, source, on: lane.loop) else { throw error }
                guard let password = try await ask(prompt(source), on: lane.loop) else { throw error }
                var completed = source
                completed.connection.password = Credential(password)
                completed.passwordOrigin = .setting
                return completed
            }
        }
    }

    private static func prompt(_ source: SourceConfiguration) -> String {
        "Password for user \(source.connection.user): "
    }

    /// The configuration with a passphrase that was typed, if TLS was tried and the client's key could not be opened.
    nonisolated(nonsending)
        private static func withPassphrase(
            _ source: SourceConfiguration,
            on loop: EventLoop
        ) async throws(MigrationError) -> SourceConfiguration
    {
        // libssl's own words, which psql shows.
        guard let identity = source.connection.tls.identity, await wantsPassphrase(source, on: loop),
            let passphrase = try await ask("Enter PEM pass phrase:", on: loop)
        else { return source }
        var completed = source
        completed.connection.tls.identity = TLSIdentity(
            certificateChainPath: identity.certificateChainPath,
            privateKeyPath: identity.privateKeyPath,
            passphrase: Credential(passphrase)
        )
        return completed
    }

    /// Whether the key's passphrase is missing, also where sslmode prefer has gone on without TLS.
    nonisolated(nonsending)
        private static func wantsPassphrase(_ source: SourceConfiguration, on loop: EventLoop) async -> Bool
    {
        do throws(PostgresConnectionError) {
            let connection = try await PostgresConnection.connect(source.connection, on: loop)
            connection.close()
            return connection.security.failedTLS?.code == .passphraseRequired
        } catch {
            return ([error] + error.earlier).contains { $0.code == .passphraseRequired }
        }
    }

    /// - Returns: `nil` when nothing was typed.
    nonisolated(nonsending)
        private static func ask(_ prompt: String, on loop: EventLoop) async throws(MigrationError) -> String?
    {
        do throws(TransportError) {
            let password = try await ControllingTerminal.readSecret(prompt: prompt, on: loop)
            return password.flatMap { $0.isEmpty ? nil : $0 }
        } catch .cancelled {
            throw MigrationError(.interrupted, "interrupted while asking for the password")
        } catch {
            return nil
        }
    }

    /// Whether the source wants a password, or another one than the default.
    ///
    /// By its code alone a refusal does not tell: servers that leave the decision to LDAP, PAM or RADIUS refuse a password
    /// as they refuse a user, and poolers have codes of their own. So the server is asked what it asks for.
    nonisolated(nonsending)
        private static func wantsPassword(
            _ error: MigrationError,
            _ source: SourceConfiguration,
            on loop: EventLoop
        ) async -> Bool
    {
        switch (error.underlying as? PostgresConnectionError)?.code {
        case .passwordRequired?: return true
        case .authenticationFailed?: break
        default: return false
        }
        var connection = source.connection
        connection.password = nil
        do throws(PostgresConnectionError) {
            try await PostgresConnection.connect(connection, on: loop).close()
            return false
        } catch {
            return error.code == .passwordRequired
        }
    }
}
