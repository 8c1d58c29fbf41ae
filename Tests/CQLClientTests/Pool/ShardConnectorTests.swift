import CQLWire
import PosixIO
import Testing

@testable import CQLClient

/// Connections to the shards of a scripted node whose answers say where they lead.
@Suite struct ShardConnectorTests {
    /// A node of three shards; `shard` says where a connection leads, by its number.
    private static func server(
        on loop: EventLoop,
        shardAwarePort: UInt16?,
        _ shard: @escaping (Int) -> Int
    ) async throws -> ScriptedServer {
        try await ScriptedServer(on: loop) { request, connection in
            guard request.request == .options else { return [.default] }
            let sharding = Sharding(
                layout: ShardLayout(shardCount: 3),
                shard: shard(connection.number),
                shardAwarePort: shardAwarePort
            )
            return [.respond(.supported(sharding.supportedOptions))]
        }
    }

    @Test func aNATThatRewritesSourcePortsIsFoundOutByTheShard() async throws {
        try await onLane { lane in
            // What its own port asks for is not what a connection gets: all lead to shard 1.
            let aware = try await Self.server(on: lane.loop, shardAwarePort: 1) { _ in 1 }
            let plain = try await Self.server(on: lane.loop, shardAwarePort: aware.port) { $0 % 3 }
            let connector = ShardConnector(plain.endpoint, .test(plain.endpoint), on: lane.loop)
            var reached: [Int?] = []
            var kept: [CQLConnection] = []
            for shard in [0, 2, 1] {
                let made = try await connector.connect(to: shard)
                kept.append(made)
                reached.append(made.sharding?.shard)
            }
            #expect(reached == [0, 2, 1])
            #expect(connector.rewritesSourcePorts)
            // The shard-aware port was tried once, and what came of it was not thrown away.
            #expect(aware.connections.count == 1)
            #expect(plain.connections.count == 3)
        }
    }

    @Test func aShardThatIsNeverReachedIsGivenUpAfterSoManyTries() async throws {
        try await onLane { lane in
            let server = try await Self.server(on: lane.loop, shardAwarePort: nil) { _ in 1 }
            let connector = ShardConnector(server.endpoint, .test(server.endpoint), on: lane.loop)
            let made = try await connector.connect(to: 2)
            #expect(made.sharding?.shard == 1)
            #expect(server.connections.count <= 1 + 4 * 3)
        }
    }

    @Test func aClosedShardAwarePortIsNotMissed() async throws {
        try await onLane { lane in
            let closed = try await Self.server(on: lane.loop, shardAwarePort: nil) { _ in 0 }
            closed.stopListening()
            let server = try await Self.server(on: lane.loop, shardAwarePort: closed.port) { $0 % 3 }
            let connector = ShardConnector(server.endpoint, .test(server.endpoint), on: lane.loop)
            #expect(try await connector.connect(to: 2).sharding?.shard == 2)
        }
    }

    @Test func poolsKeepOneConnectionPerShard() async throws {
        try await onLane { lane in
            let server = try await Self.server(on: lane.loop, shardAwarePort: nil) { $0 % 3 }
            let pool = NodePool(server.endpoint, .test(server.endpoint), on: lane.loop)
            let layout = ShardLayout(shardCount: 3)
            for round in 0..<3 {
                for key in 0..<50 as Range<UInt8> {
                    let token = Token(routingKey: [key])
                    let connection = try await pool.connection(for: token)
                    #expect(connection.sharding?.shard == layout.shard(of: token), "key \(key) in round \(round)")
                }
            }
            #expect(pool.connections.count == 3)
            #expect(server.connections.count == 3)
            for connection in pool.connections { connection.close() }
            #expect(pool.connections.isEmpty)
            #expect(try await pool.connection(for: nil).failure == nil)
        }
    }
}
