import CQLWire
import Testing

@Suite struct ShardLayoutTests {
    /// The values that the drivers of several languages test themselves with.
    @Test(arguments: [(-9_219_783_007_514_621_794, 3), (9_222_582_454_147_032_830, 3)] as [(Int64, Int)])
    func agreesWithTheDrivers(_ token: Int64, _ shard: Int) {
        #expect(ShardLayout(shardCount: 4).shard(of: Token(rawValue: token)) == shard)
    }

    /// Keys and shards that scylla-driver tests itself with.
    @Test(arguments: [("a", 4), ("b", 6), ("c", 6), ("e", 4), ("100000", 2)])
    func agreesWithTheDriversOnKeys(_ key: String, _ shard: Int) {
        #expect(ShardLayout(shardCount: 12).shard(of: Token(routingKey: Array(key.utf8))) == shard)
    }

    /// Worked out by hand from the formula, with nothing ignored.
    @Test(
        arguments: [
            (.min, 4, 0, 0), (-1, 4, 0, 1), (0, 4, 0, 2), (.max, 4, 0, 3), (.max, 3, 0, 2), (0, 1, 63, 0),
            // One bit is left: the token's lowest.
            (0, 2, 63, 0), (1, 2, 63, 1), (-1, 2, 63, 1), (.max, 1024, 12, 1023),
        ] as [(Int64, Int, Int, Int)]
    )
    func followsTheFormula(_ token: Int64, _ shardCount: Int, _ ignoredBitCount: Int, _ shard: Int) {
        let layout = ShardLayout(shardCount: shardCount, ignoredBitCount: ignoredBitCount)
        #expect(layout.shard(of: Token(rawValue: token)) == shard)
    }

    @Test(arguments: [1, 2, 3, 7, 64]) func spreadsTokensEvenly(_ shardCount: Int) {
        let layout = ShardLayout(shardCount: shardCount)
        var counts = [Int](repeating: 0, count: shardCount)
        for number in 0..<10000 { counts[layout.shard(of: Token(routingKey: Array("key \(number)".utf8)))] += 1 }
        let even = 10000 / shardCount
        #expect(counts.allSatisfy { abs($0 - even) < even / 2 + 1 })
    }

    @Test func takesTheShardFromTheSourcePort() {
        #expect(ShardLayout(shardCount: 3).shard(ofSourcePort: 50001) == 50001 % 3)
    }

    @Test(arguments: [1, 2, 3, 12, 255]) func portsOfAShardLeadToIt(_ shardCount: Int) {
        let layout = ShardLayout(shardCount: shardCount)
        let range: ClosedRange<UInt16> = 49152...65535
        var count = 0
        for shard in 0..<shardCount {
            for port in layout.sourcePorts(ofShard: shard, in: range) {
                #expect(range.contains(UInt16(port)) && layout.shard(ofSourcePort: UInt16(port)) == shard)
                count += 1
            }
        }
        #expect(count == range.count)
    }

    @Test func rangesWithoutAPortOfTheShardAreEmpty() {
        let layout = ShardLayout(shardCount: 12)
        #expect(Array(layout.sourcePorts(ofShard: 1, in: 49152...49152)).isEmpty)
        #expect(Array(layout.sourcePorts(ofShard: 3, in: 65535...65535)) == [65535])
        #expect(Array(layout.sourcePorts(ofShard: 12, in: 49152...65535)).isEmpty)
        #expect(Array(layout.sourcePorts(ofShard: -1, in: 49152...65535)).isEmpty)
    }
}
