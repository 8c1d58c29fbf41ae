import CQLClient
import CQLWire
package import PosixIO
import PostgresClient
import PostgresWire
package import WireKit

/// How a server answers whoever asks it for the first time.
package enum ServerAnswer: Hashable, Sendable {
    /// It does what it is for.
    case ready(version: String)
    /// It answers, and asks for patience.
    case notYet(reason: String)
    /// Nobody answers, or hangs up.
    case unreachable(reason: String)
    /// It answers, and will not have us: no patience helps.
    case refused(reason: String)
}

extension ServerAnswer {
    /// Logs in to PostgreSQL and asks it for its version with a query.
    ///
    /// - Parameters:
    ///   - endpoint: the server.
    ///   - user: the role to log in as.
    ///   - password: that role's.
    ///   - database: the database to connect to.
    /// - Returns: how it answered.
    package static func ofPostgres(
        at endpoint: Endpoint,
        user: String,
        password: Credential,
        database: String
    ) async -> ServerAnswer {
        let configuration = PostgresConfiguration(
            endpoints: [endpoint],
            user: user,
            password: password,
            database: database,
            connectTimeout: .seconds(5)
        )
        return await asked { loop async -> ServerAnswer in
            do {
                let connection = try await PostgresConnection.connect(configuration, on: loop)
                defer { connection.close() }
                let results = try await connection.query("SELECT 1, current_setting('server_version')")
                guard let row = results.first?.rows.first, try row.decode(String.self, 0) == "1" else {
                    return .notYet(reason: "SELECT 1 returned something else")
                }
                return .ready(version: try row.decode(String.self, 1))
            } catch let error as PostgresConnectionError {
                return answer(to: error)
            } catch {
                return .notYet(reason: "\(error)")
            }
        }
    }

    /// What a failed login means for whoever waits.
    static func answer(to error: PostgresConnectionError) -> ServerAnswer {
        switch error.code {
        case .authenticationFailed, .authenticationRequirement, .passwordRequired, .unsupportedAuthentication,
            .databaseDoesNotExist, .protocolViolation, .invalidConfiguration, .socketPathTooLong:
            .refused(reason: error.reason)
        case .unreachable, .resolve, .closed, .timeout: .unreachable(reason: error.reason)
        default: .notYet(reason: error.reason)
        }
    }

    /// Greets a CQL node (OPTIONS, STARTUP) and asks it for its version with a query.
    package static func ofCQL(at endpoint: Endpoint) async -> ServerAnswer {
        let configuration = CQLConfiguration(
            endpoints: [endpoint],
            connectTimeout: .seconds(5),
            requestTimeout: .seconds(10),
            consistency: .localOne,
            attemptLimit: 1
        )
        return await asked { loop async -> ServerAnswer in
            do {
                let session = try await CQLSession.connect(configuration, on: loop)
                defer { session.close() }
                return .ready(version: try await version(of: session))
            } catch let error as CQLError {
                return answer(to: error)
            } catch {
                return .notYet(reason: "\(error)")
            }
        }
    }

    /// ScyllaDB's version; elsewhere the release of Cassandra that the node claims to be like.
    private static func version(of session: CQLSession) async throws -> String {
        do {
            let rows = try await session.rows("SELECT version FROM system.versions WHERE key = 'local'")
            if let version = try rows.first?.text("version") { return version }
        } catch CQLError.server {
            // Only ScyllaDB has this table.
        }
        let rows = try await session.rows("SELECT release_version FROM system.local")
        return "release \(try rows.first?.text("release_version") ?? "unknown")"
    }

    static func answer(to error: CQLError) -> ServerAnswer {
        guard case .connection(let failure) = error else { return .notYet(reason: "\(error)") }
        return switch failure.code {
        case .authenticationFailed, .credentialsMissing, .unsupportedAuthenticator, .unsupportedVersion, .notCQL:
            .refused(reason: "\(failure)")
        case .cannotConnect, .connectionLost, .closed: .unreachable(reason: "\(failure)")
        default: .notYet(reason: "\(failure)")
        }
    }

    private static func asked(_ body: @Sendable (EventLoop) async -> ServerAnswer) async -> ServerAnswer {
        do throws(MigrationError) {
            return try await withLane(named: "probe") { lane throws(MigrationError) in await body(lane.loop) }
        } catch {
            return .notYet(reason: "\(error)")
        }
    }
}
