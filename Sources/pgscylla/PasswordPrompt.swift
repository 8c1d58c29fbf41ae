import Migration
import PosixIO
import PostgresClient
import WireKit

/// Asks for PostgreSQL's password when it is wanted, nobody has given it, and somebody is there to answer.
enum PasswordPrompt {
    /// The configuration with a password that was typed, if one was needed.
    ///
    /// Whether it is needed only the server knows, so one session is opened for the answer.
    ///
    /// - Throws: `MigrationError` when the server cannot be reached, or it was interrupted.
    static func complete(_ source: SourceConfiguration) async throws(MigrationError) -> SourceConfiguration {
        guard source.passwordOrigin == .none, ControllingTerminal.isAttended else { return source }
        return try await withLane(named: "password") { lane throws(MigrationError) in
            do throws(MigrationError) {
                try await source.connect(on: lane.loop).close()
                return source
            } catch {
                guard await wantsPassword(error, source, on: lane.loop) else { throw error }
                guard let password = try await ask(source.connection.user, on: lane.loop) else { throw error }
                var completed = source
                completed.connection.password = Credential(password)
                completed.passwordOrigin = .setting
                return completed
            }
        }
    }

    /// - Returns: `nil` when nothing was typed.
    nonisolated(nonsending)
        private static func ask(_ user: String, on loop: EventLoop) async throws(MigrationError) -> String?
    {
        do throws(TransportError) {
            let password = try await ControllingTerminal.readSecret(prompt: "Password for user \(user): ", on: loop)
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
