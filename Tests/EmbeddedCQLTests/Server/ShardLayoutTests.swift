import CQLWire
import Testing

@testable import EmbeddedCQL

@Suite struct ShardLayoutTests {
    /// The values that the drivers of several languages test themselves with.
    @Test(arguments: [(-9_219_783_007_514_621_794, 3), (9_222_582_454_147_032_830, 3)] as [(Int64, Int)])
    func agreesWithTheDrivers(_ token: Int64, _ shard: Int) {
        #expect(ShardLayout(shardCount: 4).shard(of: Token(rawValue: token)) == shard)
    }

    @Test(arguments: [1, 2, 3, 7, 64]) func spreadsTokensEvenly(_ shardCount: Int) {
        let layout = ShardLayout(shardCount: shardCount)
        var counts = [Int](repeating: 0, count: shardCount)
        for number in 0..<10000 as Range<Int32> {
            counts[layout.shard(of: Token(routingKey: LiteralEncoder.bigEndian(number)))] += 1
        }
        let even = 10000 / shardCount
        #expect(counts.allSatisfy { abs($0 - even) < even / 2 + 1 })
    }

    @Test func takesTheShardFromTheSourcePort() {
        #expect(ShardLayout(shardCount: 3).shard(ofSourcePort: 50001) == 50001 % 3)
    }
}
