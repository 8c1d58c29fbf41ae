import PosixIO
import PostgresClient
import PostgresWire
import TestSupport
import Testing
import WireKit

/// Runs `body` on a lane of its own.
func onLane<T: Sendable>(_ body: @Sendable (isolated Lane) async throws -> T) async throws -> T {
    let lane = try Lane(name: "test")
    defer { lane.stop() }
    return try await lane.run(body)
}

extension PostgresServer {
    /// The server over TCP.
    var endpoint: Endpoint { .tcp(host: "localhost", port: port) }

    func configuration(_ role: Role? = nil, database: String = "postgres") -> PostgresConfiguration {
        PostgresConfiguration(
            endpoints: [endpoint],
            user: role?.name ?? superuser,
            password: role?.password.map { Credential($0) },
            database: database,
            // Many suites share a few cores: what waits for a processor is no fault.
            connectTimeout: .seconds(120)
        )
    }

    /// A configuration for the superuser with some fields changed.
    func configuration(_ change: (inout PostgresConfiguration) -> Void) -> PostgresConfiguration {
        var configuration = configuration()
        change(&configuration)
        return configuration
    }
}

extension ScriptedPeer.Step {
    /// Waits for a start-up packet.
    static let startup = Self.expect { received in
        guard case .packet(_, let byteCount) = StartupPacket.next(in: received[...]) else { return false }
        received.removeFirst(byteCount)
        return true
    }

    /// Waits for a message of that type.
    static func message(_ id: FrontendMessage.ID) -> Self {
        .expect { received in
            guard case .frame(let frame) = MessageFrame.next(in: received[...]), frame.tag == id.rawValue else {
                return false
            }
            received.removeFirst(frame.byteCount)
            return true
        }
    }

    static func send(_ messages: [BackendMessage]) -> Self {
        var writer = ByteWriter()
        for message in messages { message.encode(into: &writer) }
        return .send(writer.bytes)
    }

    static let ready = BackendMessage.readyForQuery(ReadyForQuery(status: .idle))

    /// A start-up without authentication, and the settings that follow it.
    static let session: [Self] = [
        .startup, .send([.authentication(.ok), ready]), .message(.query),
        .send([.commandComplete(CommandComplete(tag: "SELECT 1")), ready]),
    ]
}

extension BackendMessage {
    static func error(_ severity: String, _ state: SQLState, _ message: String) -> BackendMessage {
        .errorResponse(
            ErrorResponse(fields: [
                .init(.severity, severity), .init(.sqlState, state.rawValue), .init(.message, message),
            ])
        )
    }
}

/// The error that connecting ends with.
func connectionError(
    _ configuration: PostgresConfiguration,
    on lane: isolated Lane,
    _ location: SourceLocation = #_sourceLocation
) async throws -> PostgresConnectionError {
    do throws(PostgresConnectionError) {
        _ = try await PostgresConnection.connect(configuration, on: lane.loop)
    } catch {
        return error
    }
    Issue.record("connected", sourceLocation: location)
    return PostgresConnectionError(.server, phase: .query, peer: "", reason: "connected")
}

/// The session answers a query.
func expectUsable(_ connection: PostgresConnection, _ location: SourceLocation = #_sourceLocation) async throws {
    let results = try await connection.query("SELECT 1")
    #expect(results.first?.rows.count == 1, sourceLocation: location)
}

/// Runs `body` with a session of the shared server.
func withSession(
    replication: ReplicationMode? = nil,
    _ body: @Sendable (PostgresConnection) async throws -> Void
) async throws {
    let server = try await PostgresServer.shared()
    try await onLane { lane in
        let connection = try await PostgresConnection.connect(
            server.configuration { $0.replication = replication },
            on: lane.loop
        )
        defer { connection.close() }
        try await body(connection)
    }
}
