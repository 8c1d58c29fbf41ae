package import PosixIO
package import PostgresClient
import PostgresWire
package import SchemaTranslation

extension SourceConfiguration {
    /// Opens a session on a loop.
    ///
    /// - Throws: `MigrationError` (source unreachable, or interrupted).
    package func connect(on loop: EventLoop) async throws(MigrationError) -> PostgresConnection {
        do throws(PostgresConnectionError) {
            return try await PostgresConnection.connect(connection, on: loop)
        } catch {
            switch error.code {
            case .cancelled: throw MigrationError(.interrupted, "interrupted while connecting to PostgreSQL")
            case .invalidConfiguration: throw MigrationError(.usage, underlying: error)
            default: throw MigrationError(.sourceUnreachable, underlying: error, remedy: remedy(for: error))
            }
        }
    }

    /// What to know about a password that was refused and that nobody has just typed.
    private func remedy(for error: PostgresConnectionError) -> String? {
        guard error.code == .authenticationFailed, error.serverError?.sqlState != .invalidAuthorization else {
            return nil
        }
        switch passwordOrigin {
        case .setting: return nil
        case .file(let path): return "the password came from \(path)"
        case .none: return "no password was given, so the default was tried"
        }
    }
}

extension MigrationError {
    /// A statement that the source did not run to its end.
    package init(_ message: String, table: QualifiedName? = nil, _ error: PostgresError, remedy: String? = nil) {
        if error.isCancellation {
            self.init(.interrupted, message, table: table)
        } else {
            self.init(.source, message, table: table, underlying: error, remedy: remedy)
        }
    }
}
