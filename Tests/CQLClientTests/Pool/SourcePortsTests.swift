import CQLClient
import Testing

@Suite struct SourcePortsTests {
    @Test(arguments: [1, 2, 3, 7, 12, 128, 255])
    func everyPortLeadsToItsShardAndTogetherTheyAreAll(_ shardCount: Int) {
        var all: Set<UInt16> = []
        for shard in 0..<shardCount {
            let ports = Array(SourcePorts(shard: shard, shardCount: shardCount, start: Double(shard) / 128))
            #expect(ports.allSatisfy { Int($0) % shardCount == shard })
            #expect(Set(ports).count == ports.count)
            all.formUnion(ports)
        }
        #expect(all == Set((49_152...65_535).map { UInt16($0) }))
    }

    @Test func theStartIsWhereItIsAskedToBe() {
        let first = [0, 0.5, 0.999_999, 1].map { start in
            Array(SourcePorts(shard: 0, shardCount: 1, start: start).prefix(1))
        }
        #expect(first == [[49_152], [57_344], [65_535], [49_152]])
    }
}
