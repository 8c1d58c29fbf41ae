import CQLWire
import PosixIO
import TestSupport
import Testing

@testable import EmbeddedCQL

@Suite struct RingTests {
    // MARK: Tokens

    private func ring(_ count: Int) throws -> Ring {
        let members = (1...count).map { RingConfiguration.Member(host: "127.0.0.\($0)", port: 9042) }
        return Ring(try RingConfiguration(members: members, index: 0))
    }

    /// Against the definition: the owner of a token is the member with the first token at or above it.
    @Test(arguments: [1, 2, 3, 5]) func findsTheOwnerThatTheTokensSay(_ count: Int) throws {
        let ring = try ring(count)
        let all = (0..<count).flatMap { member in ring.tokens(of: member).map { (token: $0, member: member) } }
            .sorted { $0.token < $1.token }
        #expect(Set(all.map(\.token)).count == count * 16)
        var probes: [Int64] = [.min, .min + 1, -1, 0, 1, .max]
        for (token, _) in all { probes += [token - 1, token, token + 1] }
        for probe in probes {
            let owner = (all.first { $0.token >= probe } ?? all[0]).member
            let replicas = ring.replicas(of: Token(rawValue: probe), replicationFactor: 2)
            #expect(replicas == [owner, (owner + 1) % count].prefix(min(2, count)).map { $0 }, "\(probe)")
        }
    }

    @Test func refusesMembersThatClientsCannotTellApart() throws {
        let first = RingConfiguration.Member(host: "127.0.0.1", port: 9042)
        for (members, index) in [
            ([first, first], 0), ([first, .init(host: "127.0.0.2", port: 9043)], 0), ([first], 1), ([], 0),
            ([.init(host: "127.0.0.1", port: 0)], 0),
        ] {
            #expect(throws: RingError.self) { try RingConfiguration(members: members, index: index) }
        }
    }

    // MARK: Nodes

    /// Three nodes that make up a ring, at one port of three addresses.
    private func withRing(
        _ body: @escaping @Sendable (isolated Lane, [CQLNode], [RawClient]) async throws -> Void
    ) async throws {
        let port = try unusedPort()
        let members = (1...3).map { RingConfiguration.Member(host: "127.0.0.\($0)", port: port) }
        var nodes: [CQLNode] = []
        for index in members.indices {
            var options = NodeOptions()
            options.ring = try RingConfiguration(members: members, index: index)
            let endpoint = Endpoint.tcp(host: members[index].host, port: members[index].port)
            nodes.append(try await CQLNode.start(listen: endpoint, options: options))
        }
        let started = nodes
        try await withClients { lane in
            var clients: [RawClient] = []
            for member in members {
                clients.append(try await RawClient.started(host: member.host, port: member.port, on: lane.loop))
            }
            try await body(lane, started, clients)
        }
        for node in nodes { await node.stop() }
    }

    /// Asks until the answer is as expected, for what other nodes learn of soon.
    private nonisolated(nonsending) func eventually(
        _ client: RawClient,
        _ query: String,
        _ expected: [[String]]
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        var rows = try await client.rowsUnlessBootstrapping(query)
        while rows.map(Set.init) != Set(expected), ContinuousClock.now < deadline {
            rows = try await client.rowsUnlessBootstrapping(query)
        }
        #expect(rows.map(Set.init) == Set(expected))
    }

    /// Waits until every node takes statements that all members must be there for.
    private nonisolated(nonsending) func whole(_ clients: [RawClient]) async throws {
        let all =
            "CREATE KEYSPACE IF NOT EXISTS probe WITH replication = "
            + "{'class': 'SimpleStrategy', 'replication_factor': 3}"
        _ = try await clients[0].query(all)
        for client in clients {
            try await eventually(
                client,
                "SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = 'probe'",
                [["'probe'"]]
            )
        }
        _ = try await clients[0].query("CREATE TABLE IF NOT EXISTS probe.t (k int PRIMARY KEY)")
        let deadline = ContinuousClock.now + .seconds(30)
        for client in clients {
            let query = QueryRequest(
                query: "SELECT * FROM probe.t WHERE k = 1",
                parameters: QueryParameters(consistency: .all)
            )
            repeat {
                try await client.send(RawClient.frame(.query(query), stream: 3))
                if case .result = try await client.receive()?.response { break }
            } while ContinuousClock.now < deadline
        }
    }

    @Test func membersTellOfEachOtherAndShareEveryChange() async throws {
        try await withRing { _, nodes, clients in
            try await whole(clients)
            try await clients[0].createTable()
            let version = "SELECT schema_version FROM system.local"
            let versions = try await clients[1].rows(version)
            for client in clients {
                #expect(try await client.rows(version) == versions)
                #expect(try await client.rows("SELECT schema_version FROM system.peers") == versions + versions)
            }
            let hosts = try await clients[2].rows("SELECT peer, rpc_address FROM system.peers")
            #expect(Set(hosts) == [["'127.0.0.1'", "'127.0.0.1'"], ["'127.0.0.2'", "'127.0.0.2'"]])
            let id = try #require(try await clients[1].prepare("INSERT INTO ks.t (k, v) VALUES (?, ?)"))
            for key in 0..<300 as Range<Int32> {
                try await clients[1].send(RawClient.execute(id, [int(key), text("v")], stream: 1))
            }
            for _ in 0..<300 { #expect(try await clients[1].receive()?.response == .result(.void)) }
            // What was answered is everywhere, with the same write times.
            let times = try await clients[1].rows("SELECT k, writetime(v) FROM ks.t")
            #expect(times.count == 300)
            for client in clients { #expect(try await client.rows("SELECT k, writetime(v) FROM ks.t") == times) }
            let counters = await nodes[1].counters()
            let own = counters.ownShard
            #expect((60...140).contains(own), "\(own)")
            #expect(counters.otherNode == 300 - own)
            #expect(await nodes[2].counters().appliedRecords >= 300)
        }
    }

    /// The other member is played by a plain node that takes the connection, and a client that comes from it.
    @Test func aMemberServesNobodyWhileItMissesWrites() async throws {
        let port = try unusedPort()
        let members = (1...2).map { RingConfiguration.Member(host: "127.0.0.\($0)", port: port) }
        let other = try await CQLNode.start(listen: .tcp(host: "127.0.0.2", port: port))
        var options = NodeOptions()
        options.ring = try RingConfiguration(members: members, index: 0)
        let node = try await CQLNode.start(listen: .tcp(host: "127.0.0.1", port: port), options: options)
        try await withClients { lane in
            func startup(_ more: [StringMap.Entry] = []) throws -> [UInt8] {
                let options = StringMap(entries: [.init(key: "CQL_VERSION", value: "3.0.0")] + more)
                return try RawClient.frame(.startup(StartupRequest(options: options)), stream: 0)
            }
            let peerOption = StringMap.Entry(key: PeerLink.startupOption, value: "1")
            let client = try await RawClient(port: port, on: lane.loop)
            try await client.send(startup())
            let peer = try await RawClient(port: port, on: lane.loop)
            try await peer.send(startup([peerOption]))
            #expect(try await peer.receive()?.response == .ready)
            #expect(try client.isUnanswered())
            try await peer.send(startup([peerOption, .init(key: PeerLink.inStepOption, value: "true")]))
            guard case .supported = try await peer.receive()?.response else {
                Issue.record("what the peer says is acknowledged")
                return
            }
            #expect(try await client.receive()?.response == .ready)
            try await client.createTable()
            // The row's replica counts as away until this node's own connection to it is there.
            let deadline = ContinuousClock.now + .seconds(30)
            while case .error = try await client.query("INSERT INTO ks.t (k, v) VALUES (1, 'a')"),
                ContinuousClock.now < deadline
            {}
            #expect(try await client.rows("SELECT v FROM ks.t") == [["'a'"]])
            // Who is inside already is told; with the peer's connection goes what is known of its writes.
            peer.close()
            while try await !client.isBootstrapping("SELECT * FROM ks.t"), ContinuousClock.now < deadline {}
            #expect(try await client.isBootstrapping("SELECT * FROM ks.t"))
            #expect(try await client.isBootstrapping("UPDATE ks.t SET v = 'b' WHERE k = 1 IF v = 'a'"))
            #expect(try await !client.isBootstrapping("SELECT * FROM system.local"))
        }
        await node.stop()
        await other.stop()
    }

    @Test func aMemberThatWasAwayIsMissedAndCatchesUp() async throws {
        try await withRing { lane, nodes, clients in
            try await whole(clients)
            try await clients[0].createTable()
            let listener = try await RawClient.started(port: nodes[0].port, on: lane.loop)
            try await listener.send(
                RawClient.frame(.register(RegisterRequest(eventTypes: ["STATUS_CHANGE"])), stream: 1)
            )
            #expect(try await listener.receive()?.response == .ready)
            await nodes[2].crash()
            let member = InetAddressAndPort(address: [127, 0, 0, 3], port: Int32(nodes[0].port))
            #expect(try await listener.receive()?.response == .event(.statusChange("DOWN", member)))
            var refused = 0
            for key in 0..<60 {
                let answer = try await clients[0].query("INSERT INTO ks.t (k) VALUES (\(key))")
                if case .error(let error) = answer {
                    #expect(error.code == .unavailable)
                    #expect(error.details == .unavailable(consistency: .one, required: 1, alive: 0))
                    refused += 1
                }
            }
            #expect((5...40).contains(refused))
            try await nodes[2].restart()
            #expect(try await listener.receive()?.response == .event(.statusChange("UP", member)))
            let back = try await RawClient.started(host: "127.0.0.3", port: nodes[2].port, on: lane.loop)
            try await eventually(back, "SELECT count(*) FROM ks.t", [[String(60 - refused)]])
        }
    }
}
