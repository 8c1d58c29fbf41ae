package import PosixIO
package import PostgresClient
package import SchemaTranslation

extension SourceConfiguration {
    /// What the client needs to know.
    package var client: PostgresConfiguration {
        PostgresConfiguration(
            endpoints: [endpoint],
            user: user,
            password: password,
            database: database,
            tls: tls
        )
    }

    private var tls: PostgresTLS {
        switch tlsMode {
        case .disable: .disable
        case .prefer: .prefer
        case .require: .require
        case .verifyFull: .verifyFull(rootCertificatePath.map { .file(path: $0) } ?? .system)
        }
    }

    /// Opens a session on a loop.
    ///
    /// - Throws: `MigrationError` (source unreachable, or interrupted).
    package func connect(on loop: EventLoop) async throws(MigrationError) -> PostgresConnection {
        do throws(PostgresConnectionError) {
            return try await PostgresConnection.connect(client, on: loop)
        } catch {
            switch error.code {
            case .cancelled: throw MigrationError(.interrupted, "interrupted while connecting to PostgreSQL")
            case .invalidConfiguration: throw MigrationError(.usage, underlying: error)
            default: throw MigrationError(.sourceUnreachable, underlying: error)
            }
        }
    }
}

extension MigrationError {
    /// A statement that the source did not run to its end.
    package init(_ message: String, table: QualifiedName? = nil, _ error: PostgresError, remedy: String? = nil) {
        if case .connection(let lost) = error, lost.code == .cancelled {
            self.init(.interrupted, message, table: table)
        } else {
            self.init(.source, message, table: table, underlying: error, remedy: remedy)
        }
    }
}
