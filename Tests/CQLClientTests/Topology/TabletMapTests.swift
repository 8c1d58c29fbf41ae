import CQLClient
import CQLWire
import TestSupport
import Testing

@Suite struct TabletMapTests {
    private static func tablet(_ first: Int64, _ last: Int64, _ shard: Int = 0) -> TabletRouting {
        TabletRouting(
            tokenBefore: Token(rawValue: first),
            lastToken: Token(rawValue: last),
            replicas: [TabletRouting.Replica(host: CQLUUID(high: 1, low: UInt64(shard)), shard: Int32(shard))]
        )
    }

    /// Beside `#expect`, which does not take an expression that changes something.
    private func expect(_ learned: Bool, isNews: Bool) { #expect(learned == isNews) }

    @Test(
        arguments: [(0, nil), (1, 1), (10, 1), (11, 2), (20, 2), (21, nil), (30, nil), (31, 3), (.max, 3)]
            as [(Int64, Int?)]
    )
    func tabletsHoldTheTokensAboveTheirFirstUpToTheirLast(_ token: Int64, _ shard: Int?) {
        var map = TabletMap()
        for tablet in [Self.tablet(10, 20, 2), Self.tablet(0, 10, 1), Self.tablet(30, .max, 3)] {
            expect(map.learn(tablet), isNews: true)
        }
        #expect(map.tablet(of: Token(rawValue: token))?.replicas[0].shard == shard.map(Int32.init))
    }

    @Test func whatComesLaterReplacesWhatItOverlaps() {
        var map = TabletMap()
        for (first, last) in [(0, 10), (10, 20), (20, 30), (30, 40)] as [(Int64, Int64)] {
            _ = map.learn(Self.tablet(first, last))
        }
        // A merge of two, then a split of what they became.
        expect(map.learn(Self.tablet(10, 30, 5)), isNews: true)
        #expect(map.tablets.map(\.tokenBefore.rawValue) == [0, 10, 30])
        expect(map.learn(Self.tablet(10, 15, 6)), isNews: true)
        #expect(map.tablets.map(\.tokenBefore.rawValue) == [0, 10, 30])
        #expect(map.tablet(of: Token(rawValue: 20)) == nil)
    }

    @Test func onlyNewsCounts() {
        var map = TabletMap()
        expect(map.learn(Self.tablet(0, 10, 1)), isNews: true)
        expect(map.learn(Self.tablet(0, 10, 1)), isNews: false)
        expect(map.learn(Self.tablet(0, 10, 2)), isNews: true)
        expect(map.learn(Self.tablet(10, 10)), isNews: false)
        expect(map.learn(Self.tablet(10, 5)), isNews: false)
        map.forget(hostID: CQLUUID(high: 1, low: 2))
        #expect(map.tablets.isEmpty)
    }

    @Test func tabletsNeverOverlapWhateverIsLearned() {
        var random = SeededRandom(seed: 11)
        var map = TabletMap()
        for _ in 0..<2000 {
            let first = Int64.random(in: -100...100, using: &random)
            let tablet = Self.tablet(first, first + Int64.random(in: 1...30, using: &random))
            _ = map.learn(tablet)
            #expect(map.tablet(of: tablet.lastToken) == tablet)
            for (lower, upper) in zip(map.tablets, map.tablets.dropFirst()) {
                #expect(lower.lastToken <= upper.tokenBefore)
            }
        }
    }
}
