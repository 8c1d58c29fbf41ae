import CQLClient
import CQLWire
import PosixIO
import TestSupport
import Testing

@Suite struct TokenOwnershipTests {
    private static func endpoint(_ number: Int) -> Endpoint { .tcp(host: "10.0.0.\(number)", port: 9042) }

    private static func node(_ number: Int, _ tokens: [Int64], datacentre: String = "dc1") -> ClusterNode {
        ClusterNode(
            endpoint: endpoint(number),
            hostID: CQLUUID(high: 0, low: UInt64(number)),
            datacentre: datacentre,
            rack: "r1",
            tokens: tokens.map(Token.init)
        )
    }

    private static let three = ClusterTopology(nodes: [node(1, [-10, 30]), node(2, [0]), node(3, [10])])

    private static func ranges(_ expected: [(Int64, Int, Int?)]) -> [TokenOwnership.Range] {
        expected.map { TokenOwnership.Range(lastToken: $0.0, endpoint: endpoint($0.1), shard: $0.2) }
    }

    @Test func theRingIsCoveredAndClosed() {
        let ownership = TokenOwnership(Self.three, .primaryOnly) { _ in true }
        #expect(ownership.ranges == Self.ranges([(-10, 1, nil), (0, 2, nil), (10, 3, nil), (.max, 1, nil)]))
    }

    @Test func anotherReplicaStandsInForANodeThatIsDown() {
        let isUp = { (endpoint: Endpoint) in endpoint != Self.endpoint(2) }
        let replicated = TokenOwnership(Self.three, .simple(replicationFactor: 2), isUp: isUp)
        #expect(replicated.ranges == Self.ranges([(-10, 1, nil), (10, 3, nil), (.max, 1, nil)]))
        // Without another replica it stays the owner's: nobody else can take the row.
        #expect(TokenOwnership(Self.three, .primaryOnly, isUp: isUp).ranges.map(\.endpoint).contains(Self.endpoint(2)))
    }

    @Test func onlyTheLocalDatacentreIsAsked() {
        let topology = ClusterTopology(
            nodes: [Self.node(1, [0]), Self.node(2, [10], datacentre: "dc2"), Self.node(3, [20], datacentre: "dc2")],
            localDatacentre: "dc2"
        )
        let ownership = TokenOwnership(topology, .networkTopology(["dc1": 1, "dc2": 1])) { _ in true }
        #expect(ownership.ranges == Self.ranges([(10, 2, nil), (20, 3, nil), (.max, 2, nil)]))
        // A keyspace that is not replicated there at all is written through some node of it.
        let elsewhere = TokenOwnership(topology, .networkTopology(["dc1": 1])) { _ in true }
        #expect(elsewhere.ranges == Self.ranges([(.max, 2, nil)]))
    }

    @Test func knownTabletsCoverTheRing() {
        var tablets = TabletMap()
        func learn(_ first: Int64, _ last: Int64, _ replicas: [(Int, Int)]) {
            let replicas = replicas.map {
                TabletRouting.Replica(host: CQLUUID(high: 0, low: UInt64($0.0)), shard: Int32($0.1))
            }
            _ = tablets.learn(
                TabletRouting(tokenBefore: Token(rawValue: first), lastToken: Token(rawValue: last), replicas: replicas)
            )
        }
        learn(-5, 5, [(3, 7), (1, 2)])
        learn(5, 10, [(99, 1)])
        learn(100, .max, [(2, 4)])
        let ownership = TokenOwnership(Self.three, .primaryOnly, tablets: tablets) { _ in true }
        #expect(
            ownership.ranges
                == Self.ranges([
                    (-10, 1, nil), (-5, 2, nil), (5, 3, 7), (10, 3, nil), (100, 1, nil), (.max, 2, 4),
                ])
        )
        let withoutThree = TokenOwnership(Self.three, .primaryOnly, tablets: tablets) { $0 != Self.endpoint(3) }
        #expect(withoutThree.range(of: Token(rawValue: 0)) == Self.ranges([(5, 1, 2)])[0])
    }

    @Test func theRouterFindsWhatTheRangesSay() {
        var random = SeededRandom(seed: 3)
        let shards = ShardLayout(shardCount: 7, ignoredBitCount: 12)
        let nodes = (1...5).map { number in
            Self.node(number, (0..<64).map { _ in Int64.random(in: .min ... .max, using: &random) })
        }
        let ownership = TokenOwnership(ClusterTopology(nodes: nodes), .primaryOnly) { _ in true }
        for connectionLimit in [1, 10, 1000] {
            var layout = LinkLayout(connectionLimit: connectionLimit)
            layout.add(nodes.map { ($0.endpoint, 7) })
            let router = TokenRouter(ownership, layout) { _ in shards }
            for _ in 0..<20_000 {
                let token = Token(rawValue: Int64.random(in: .min ... .max, using: &random))
                let owner = ownership.range(of: token)?.endpoint
                let link = router.link(of: token.rawValue)
                #expect(layout.targets[link].endpoint == owner)
                guard connectionLimit == 1000 else { continue }
                #expect(layout.targets[link].shard == shards.shard(of: token))
            }
            for boundary in ownership.ranges.map(\.lastToken) + [.min, .max] {
                let owner = ownership.range(of: Token(rawValue: boundary))?.endpoint
                #expect(layout.targets[router.link(of: boundary)].endpoint == owner)
            }
        }
    }

    @Test func linksAreAddedUpToTheLimitAndKeepTheirPlaces() {
        var layout = LinkLayout(connectionLimit: 8)
        layout.add([(Self.endpoint(1), 4), (Self.endpoint(2), 16)])
        #expect(layout.targets.count == 8)
        #expect(layout.linksByShard(of: Self.endpoint(1)) == [0, 1, 2, 3])
        #expect(layout.linksByShard(of: Self.endpoint(2)) == (0..<16).map { 4 + $0 % 4 })
        let before = layout.targets
        layout.add([(Self.endpoint(2), 16), (Self.endpoint(3), 1)])
        #expect(Array(layout.targets.prefix(8)) == before)
        #expect(layout.targets[8] == LinkLayout.Target(endpoint: Self.endpoint(3)))
        #expect(layout.linksByShard(of: Self.endpoint(4)) == nil)
    }
}
