import CQLClient
import CQLWire
import Foundation
import PosixIO
import TestSupport
import Testing

@Suite struct TokenRingTests {
    /// What the official Python driver computes (Tests/Oracles/replicas.py).
    private struct Oracle: Decodable {
        struct Ring: Decodable {
            let nodes: [Node]
            let tokens: [Int64]
            let strategies: [Strategy]
        }
        struct Node: Decodable {
            let datacentre: String
            let rack: String
            let tokens: [Int64]
        }
        struct Strategy: Decodable {
            let options: [String: String]
            let replicas: [[Int]]
        }
        let rings: [Ring]
    }

    @Test func replicasAreThoseThatTheOfficialDriverFinds() throws {
        let bytes = Data(try Fixtures.bytes("topology/replicas.json"))
        let oracle = try JSONDecoder().decode(Oracle.self, from: bytes)
        #expect(oracle.rings.count == 6)
        for ring in oracle.rings {
            let nodes = ring.nodes.enumerated().map { index, node in
                ClusterNode(
                    endpoint: .tcp(host: "10.0.0.\(index)", port: 9042),
                    datacentre: node.datacentre,
                    rack: node.rack,
                    tokens: node.tokens.map(Token.init)
                )
            }
            let made = TokenRing(nodes)
            #expect(made.positions.map(\.token.rawValue) == ring.tokens)
            for expected in ring.strategies {
                let strategy = ReplicationStrategy(expected.options)
                let replicas = made.positions.indices.map { made.replicas(at: $0, strategy).sorted() }
                #expect(replicas == expected.replicas, "\(expected.options) of \(ring.nodes.count) nodes")
            }
        }
    }

    private static func node(_ number: Int, _ tokens: Int64...) -> ClusterNode {
        ClusterNode(
            endpoint: .tcp(host: "10.0.0.\(number)", port: 9042),
            datacentre: "dc1",
            tokens: tokens.map(Token.init)
        )
    }

    @Test(arguments: [(-100, 0), (-50, 0), (-49, 1), (0, 1), (1, 2), (90, 2), (91, 0), (.max, 0)] as [(Int64, Int)])
    func tokensBelongToTheNextPositionAndTheRingCloses(_ token: Int64, _ position: Int) {
        let ring = TokenRing([Self.node(0, 0), Self.node(1, 90, -50)])
        #expect(ring.position(of: Token(rawValue: token)) == position)
    }

    @Test func theOwnerComesFirst() {
        let ring = TokenRing([Self.node(0, 10), Self.node(1, 20), Self.node(2, 30)])
        #expect(ring.replicas(at: 1, .simple(replicationFactor: 2)) == [1, 2])
        #expect(ring.replicas(at: 2, .networkTopology(["dc1": 3])) == [2, 0, 1])
        #expect(ring.replicas(at: 2, .primaryOnly) == [2])
        #expect(Set(ring.replicas(at: 0, .everywhere)) == [0, 1, 2])
    }

    @Test func anEmptyRingHasNoPositionsAndTwiceClaimedTokensOneOwner() {
        #expect(TokenRing([]).position(of: Token(rawValue: 1)) == nil)
        #expect(TokenRing([Self.node(0, 5), Self.node(1, 5)]).positions.map(\.node) == [0])
    }

    @Test(
        arguments: [
            (["class": "SimpleStrategy", "replication_factor": "3"], .simple(replicationFactor: 3)),
            (
                ["class": "org.apache.cassandra.locator.SimpleStrategy", "replication_factor": "x"],
                .simple(replicationFactor: 1)
            ),
            (["class": "NetworkTopologyStrategy", "dc1": "3", "dc2": "2/1"], .networkTopology(["dc1": 3, "dc2": 2])),
            (["class": "LocalStrategy"], .primaryOnly), (["class": "EverywhereStrategy"], .everywhere),
            ([:], .primaryOnly),
        ] as [([String: String], ReplicationStrategy)]
    )
    func strategiesAreReadFromTheirOptions(_ options: [String: String], _ strategy: ReplicationStrategy) {
        #expect(ReplicationStrategy(options) == strategy)
    }
}
