import CQLClient
import CQLWire
import PosixIO
import Testing

@testable import Migration

@Suite struct TargetFindingsTests {
    private static func node(_ number: Int, _ datacentre: String = "dc1", schema: UInt64 = 1) -> ClusterNode {
        ClusterNode(
            endpoint: .tcp(host: "10.0.0.\(number)", port: 9042),
            datacentre: datacentre,
            schemaVersion: CQLUUID(high: schema, low: 0),
            releaseVersion: "3.0.8"
        )
    }

    /// Three nodes of ScyllaDB as they should be.
    private static var healthy: TargetExamination {
        var examination = TargetExamination(version: .v4)
        examination.supported = ["COMPRESSION": ["lz4", "snappy"]]
        let sharding = CQLWire.Sharding(layout: ShardLayout(shardCount: 8), shard: 3, shardAwarePort: 19042)
        examination.supported.entries += sharding.supportedOptions.entries
        examination.supported.entries += ProtocolExtensions.all.supportedOptions.entries
        examination.authenticator = "org.apache.cassandra.auth.PasswordAuthenticator"
        examination.hasLogin = true
        examination.encryption = TargetExamination.Encryption(details: nil, verification: .full(.system))
        examination.cluster = ClusterDescription(local: node(1))
        examination.cluster.peers = [node(2), node(3)]
        examination.cluster.isScyllaDB = true
        examination.scyllaVersion = "2025.1.2"
        examination.shardAwarePort = .reached(port: 19042)
        examination.keyspace = "shop"
        examination.replication = ["class": "org.apache.cassandra.locator.NetworkTopologyStrategy", "dc1": "3"]
        examination.tablets = .on
        examination.clock = .init(offset: 20_000, uncertainty: 5000)
        examination.batchLimits = (128, 1024)
        return examination
    }

    private func finding(
        _ name: String,
        _ change: (inout TargetExamination) -> Void
    ) throws -> Finding {
        var examination = Self.healthy
        change(&examination)
        return try #require(TargetFindings.findings(examination).first { $0.name == name })
    }

    @Test func aHealthyClusterHasNothingButGoodNews() {
        let findings = TargetFindings.findings(Self.healthy)
        #expect(findings.allSatisfy { $0.verdict == .ok })
        #expect(
            findings.map { "\($0.name): \($0.detail)" } == [
                "version: ScyllaDB 2025.1.2, compatible with Cassandra 3.0.8", "protocol: native protocol v4",
                "encryption: TLS; the certificate is trusted and names the host",
                "authentication: accepted by PasswordAuthenticator", "compression: none; offered: lz4, snappy",
                "datacentre: dc1 is written to", "nodes of dc1: 3 nodes, all reachable",
                "shards: 8 shards on the node that was asked",
                "shard-aware port: 19042 leads to the shard that is meant",
                "schema agreement: all nodes have the same schema",
                "keyspace: shop has 3 replicas in dc1 (NetworkTopologyStrategy)",
                "tablets: on, and the server tells where they are", "clock: within 20 ms of this machine's (± 5 ms)",
                "batches: warned of above 128 KiB, refused above 1024 KiB",
            ]
        )
    }

    @Test func serversOfOtherMakersAreToldApart() throws {
        let finding = try finding("version") {
            $0.scyllaVersion = nil
            $0.cluster.isScyllaDB = false
            $0.cluster.local.releaseVersion = "4.0.14"
        }
        #expect(finding == .note("version", "not ScyllaDB but a server that calls itself Cassandra 4.0.14"))
        #expect(try self.finding("protocol") { $0.version = .v3 }.verdict == .note)
    }

    @Test func theWayInIsJudged() throws {
        #expect(try finding("encryption") { $0.encryption = nil }.verdict == .note)
        #expect(
            try finding("encryption") { $0.encryption?.verification = .none }.detail
                == "TLS; the certificate was not checked"
        )
        #expect(
            try finding("authentication") { $0.authenticator = nil }.detail
                == "the server asked for nothing: whoever reaches it can read and write; user and password were not used"
        )
        #expect(try finding("authentication") { $0.encryption = nil }.remedy == "use TLS")
        #expect(try finding("compression") { $0.compression = .lz4 }.detail == "lz4")
    }

    @Test func silentNodesAreAProblemWhereRowsAreSent() throws {
        let silent = TargetExamination.SilentNode(endpoint: .tcp(host: "10.0.0.3", port: 9042), reason: "refused")
        let finding = try finding("nodes of dc1") { $0.silentNodes = [silent] }
        #expect(finding.verdict == .problem)
        #expect(finding.detail == "1 of 3 nodes cannot be reached: 10.0.0.3:9042: refused")
        let elsewhere = try self.finding("nodes of dc2") {
            $0.cluster.peers[1].datacentre = "dc2"
            $0.silentNodes = [silent]
        }
        #expect(elsewhere.verdict == .note)
    }

    @Test func datacentresThatAreNotThereAreNamed() throws {
        let finding = try finding("datacentre") { $0.localDatacentre = "dc9" }
        #expect(finding.verdict == .problem && finding.detail == "there is no dc9; there are dc1")
    }

    @Test func shardsAreReachedOneWayOrAnother() throws {
        let none = try finding("shards") { $0.supported = [:] }
        #expect(none.verdict == .note)
        var examination = Self.healthy
        examination.supported = [:]
        examination.shardAwarePort = .notOffered
        #expect(!TargetFindings.findings(examination).contains { $0.name == "shard-aware port" })
        let ports: [TargetExamination.ShardAwarePort] = [
            .notOffered, .otherShard(port: 1), .unreachable(port: 1, reason: "refused"),
        ]
        for port in ports {
            let finding = try finding("shard-aware port") { $0.shardAwarePort = port }
            // Without it everything works, so it is no problem.
            #expect(finding.verdict == .note && finding.remedy != nil)
        }
    }

    @Test func schemasThatDifferAreAProblem() throws {
        let finding = try finding("schema agreement") { $0.cluster.peers[0] = Self.node(2, schema: 2) }
        #expect(finding.verdict == .problem && finding.detail == "the nodes have 2 different schemas")
    }

    @Test(
        arguments: [
            (
                ["class": "NetworkTopologyStrategy", "dc1": "4"], .problem,
                "shop has 4 replicas in dc1 (NetworkTopologyStrategy), but only 3 nodes"
            ),
            (["class": "NetworkTopologyStrategy", "dc2": "3"], .problem, "shop has no replica in dc1"),
            (
                ["class": "NetworkTopologyStrategy", "dc1": "1"], .note,
                "shop has 1 replica in dc1 (NetworkTopologyStrategy): a node that is lost takes its rows with it"
            ),
            (
                ["class": "SimpleStrategy", "replication_factor": "2"], .ok,
                "shop has 2 replicas in dc1 (SimpleStrategy)"
            ),
            (
                ["class": "org.apache.cassandra.locator.EverywhereStrategy"], .ok,
                "shop has 3 replicas in dc1 (EverywhereStrategy)"
            ),
            (
                ["class": "org.apache.cassandra.locator.LocalStrategy"], .problem,
                "shop has LocalStrategy: it is the server's own, and nobody else may write to it"
            ),
            (["class": "org.example.OwnStrategy"], .note, "shop has OwnStrategy, which is not for data of users"),
            (nil, .note, "shop does not exist yet: setup makes it with 3 replicas"),
        ] as [([String: String]?, Finding.Verdict, String)]
    )
    func replicationIsJudged(_ replication: [String: String]?, _ verdict: Finding.Verdict, _ detail: String) throws {
        let finding = try finding("keyspace") { $0.replication = replication }
        #expect(finding.verdict == verdict)
        #expect(finding.detail == detail)
    }

    @Test func simpleStrategyOverTwoDatacentresIsAProblem() throws {
        let finding = try finding("keyspace") {
            $0.replication = ["class": "SimpleStrategy", "replication_factor": "3"]
            $0.cluster.peers[1].datacentre = "dc2"
        }
        #expect(finding.verdict == .problem)
    }

    @Test func consistencyMustBeReachableWithoutTheSilentNodes() throws {
        let silent = [2, 3].map {
            TargetExamination.SilentNode(endpoint: .tcp(host: "10.0.0.\($0)", port: 9042), reason: "refused")
        }
        let finding = try finding("keyspace") { $0.silentNodes = silent }
        #expect(finding.verdict == .problem)
        #expect(finding.detail.hasSuffix("some rows lack the 2 that consistency LOCAL_QUORUM needs"))
        #expect(try self.finding("keyspace") { $0.silentNodes = [silent[0]] }.verdict == .ok)
        let one = try self.finding("keyspace") {
            $0.silentNodes = silent
            $0.consistency = .one
        }
        #expect(one.verdict == .ok)
    }

    @Test func tabletsAreSaidWhereTheServerSaysThem() throws {
        #expect(try finding("tablets") { $0.tablets = .off }.verdict == .ok)
        var examination = Self.healthy
        examination.tablets = .unknown
        #expect(!TargetFindings.findings(examination).contains { $0.name == "tablets" })
    }

    @Test(
        arguments: [
            (400_000, 1000, .ok), (-400_000, 1000, .ok), (700_000, 300_000, .ok), (700_000, 1000, .problem),
            (-3_600_000_000, 1000, .problem), (.min, 0, .problem),
        ] as [(Int64, Int64, Finding.Verdict)]
    )
    func clocksMustBeCloserThanHalfASecond(_ offset: Int64, _ uncertainty: Int64, _ verdict: Finding.Verdict) throws {
        let finding = try finding("clock") { $0.clock = .init(offset: offset, uncertainty: uncertainty) }
        #expect(finding.verdict == verdict)
    }

    @Test func aClockThatIsNotShownIsSaid() throws {
        #expect(try finding("clock") { $0.clock = nil }.verdict == .note)
    }
}
