import CQLWire
import Testing

@Suite struct ShardingTests {
    /// As a ScyllaDB node of twelve shards says it.
    private static let supported: StringMultimap = [
        "CQL_VERSION": ["3.3.1"], "SCYLLA_SHARD": ["3"], "SCYLLA_NR_SHARDS": ["12"],
        "SCYLLA_PARTITIONER": ["org.apache.cassandra.dht.Murmur3Partitioner"],
        "SCYLLA_SHARDING_ALGORITHM": ["biased-token-round-robin"], "SCYLLA_SHARDING_IGNORE_MSB": ["12"],
        "SCYLLA_SHARD_AWARE_PORT": ["19042"], "SCYLLA_SHARD_AWARE_PORT_SSL": ["19142"],
    ]

    @Test func readsWhatANodeSays() throws {
        let sharding = try #require(Sharding(supported: Self.supported))
        #expect(sharding.layout == ShardLayout(shardCount: 12, ignoredBitCount: 12))
        #expect(sharding.shard == 3)
        #expect(sharding.shardAwarePort == 19042)
        #expect(sharding.shardAwareTLSPort == 19142)
    }

    @Test func saysWhatItReads() {
        let ports: [UInt16?] = [nil, 19042]
        for plain in ports {
            for tls in ports {
                let sharding = Sharding(
                    layout: ShardLayout(shardCount: 7, ignoredBitCount: 5),
                    shard: 6,
                    shardAwarePort: plain,
                    shardAwareTLSPort: tls
                )
                #expect(Sharding(supported: sharding.supportedOptions) == sharding)
            }
        }
    }

    /// Routing by a guess would be worse than routing to any shard.
    @Test(
        arguments: [
            ("SCYLLA_SHARD", nil), ("SCYLLA_SHARD", "12"), ("SCYLLA_SHARD", "-1"), ("SCYLLA_SHARD", "x"),
            ("SCYLLA_NR_SHARDS", nil), ("SCYLLA_NR_SHARDS", "0"), ("SCYLLA_NR_SHARDS", "65536"),
            ("SCYLLA_SHARDING_IGNORE_MSB", nil), ("SCYLLA_SHARDING_IGNORE_MSB", "64"),
            ("SCYLLA_SHARDING_ALGORITHM", "another"), ("SCYLLA_PARTITIONER", "another"),
        ] as [(String, String?)]
    )
    func refusesWhatItCannotFollow(_ key: String, _ value: String?) {
        var supported = Self.supported
        supported.entries.removeAll { $0.key == key }
        if let value { supported.entries.append(.init(key: key, value: [value])) }
        #expect(Sharding(supported: supported) == nil)
    }

    @Test(arguments: ["0", "65536", "", "x"]) func portsThatAreNoneAreIgnored(_ port: String) {
        var supported = Self.supported
        supported.entries.append(.init(key: "SCYLLA_SHARD_AWARE_PORT", value: [port]))
        #expect(Sharding(supported: supported)?.shardAwarePort == nil)
        #expect(Sharding(supported: supported)?.shardAwareTLSPort == 19142)
    }
}
