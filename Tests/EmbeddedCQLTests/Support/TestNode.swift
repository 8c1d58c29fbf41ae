import CQLWire
import Foundation
import PosixIO

@testable import EmbeddedCQL

/// Runs `body` on a lane of its own, for clients of nodes.
func withClients<T: Sendable>(_ body: @escaping @Sendable (isolated Lane) async throws -> T) async throws -> T {
    let lane = try Lane(name: "test-client")
    defer { lane.stop() }
    return try await lane.run(body)
}

/// The path of a file that is not there yet.
func temporaryPath(_ name: String) -> String {
    FileManager.default.temporaryDirectory.appending(path: "pgscylla-\(name)-\(UUID().uuidString)").path
}

extension RawClient {
    /// A client of a node, ready for statements.
    nonisolated(nonsending) static func started(
        host: String = "127.0.0.1",
        port: UInt16,
        on loop: EventLoop
    ) async throws -> RawClient {
        let client = try await RawClient(host: host, port: port, on: loop)
        try await client.start()
        return client
    }

    /// Creates a keyspace `ks` and a table `ks.t` with an `int` as its key and a `text`.
    nonisolated(nonsending) func createTable(replicationFactor: Int = 1) async throws {
        _ = try await query(
            "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': "
                + "\(replicationFactor)}"
        )
        _ = try await query("CREATE TABLE ks.t (k int PRIMARY KEY, v text)")
    }
}
