import CQLClient
import CQLWire
import PosixIO
import Testing

@Suite struct RoutingViewTests {
    private static func endpoint(_ number: Int) -> Endpoint { .tcp(host: "10.0.0.\(number)", port: 9042) }

    private static func host(_ number: Int) -> CQLUUID { CQLUUID(high: 0, low: UInt64(number)) }

    private static let table = TableSpec(keyspace: "k", table: "t")
    private static let route = Route(table: table, token: Token(rawValue: 5))

    /// Three nodes on a ring; the token 5 is the third's.
    private let board = ClusterBoard(
        ClusterTopology(
            nodes: [(1, -10), (2, 0), (3, 10)].map { number, token in
                ClusterNode(
                    endpoint: endpoint(number),
                    hostID: host(number),
                    datacentre: "dc1",
                    tokens: [Token(rawValue: token)]
                )
            }
        )
    )

    private static func candidates(_ expected: [(Int, Int?)]) -> [LinkLayout.Target] {
        expected.map { LinkLayout.Target(endpoint: endpoint($0), shard: $1) }
    }

    @Test func theRingsOwnerComesFirst() {
        var view = RoutingView(board)
        #expect(view.candidates(for: Self.route) == Self.candidates([(3, nil), (1, nil), (2, nil)]))
    }

    @Test func theReplicasOfATabletComeFirstWithTheirShards() {
        var view = RoutingView(board)
        _ = view.candidates(for: Self.route)
        let replicas = [(2, 7), (9, 1), (1, 4)].map { TabletRouting.Replica(host: Self.host($0), shard: Int32($1)) }
        let tablet = TabletRouting(tokenBefore: Token(rawValue: 4), lastToken: Token(rawValue: 6), replicas: replicas)
        board.learn(tablet, of: Self.table)
        #expect(view.candidates(for: Self.route) == Self.candidates([(2, 7), (1, 4), (3, nil)]))
        board.nodeFailed(Self.endpoint(2))
        #expect(view.candidates(for: Self.route) == Self.candidates([(1, 4), (3, nil), (2, 7)]))
        let other = Route(table: Self.table, token: Token(rawValue: 7))
        #expect(view.candidates(for: other).first == Self.candidates([(3, nil)]).first)
    }
}
