import CQLClient
import Testing

@Suite struct CongestionWindowTests {
    @Test func overloadHalvesTheWindowOncePerBurstAndAnswersOpenItAgain() {
        var window = CongestionWindow(maximum: 1024)
        for _ in 0..<50 { window.overloaded() }
        #expect(window.limit == 512)
        window.acknowledged(300)
        window.overloaded()
        #expect(window.limit == 256)
        for _ in 0..<100 { window.acknowledged(1000) }
        #expect(window.limit == 1024)
        #expect(window.narrowest == 256)
    }

    @Test func itNeverCloses() {
        var window = CongestionWindow(maximum: 1024)
        for _ in 0..<100 {
            window.overloaded()
            window.acknowledged(window.limit)
            window.overloaded()
        }
        #expect(window.narrowest == CongestionWindow.smallest)
        var small = CongestionWindow(maximum: 3)
        small.overloaded()
        #expect(small.limit == 3)
    }

    @Test func slowAnswersNarrowItAndStopItsGrowthUntilTheyAreQuickAgain() {
        var window = CongestionWindow(maximum: 1000)
        window.measured(.milliseconds(900))
        #expect(window.limit == 1000)
        window.measured(.milliseconds(1100))
        #expect(window.limit == 750)
        window.acknowledged(10_000)
        #expect(window.limit == 750)
        window.measured(.milliseconds(5000))
        #expect(window.limit == 562)
        window.measured(.milliseconds(10))
        for _ in 0..<100 { window.acknowledged(1000) }
        #expect(window.limit == 1000)
    }

    /// A server that serves so many requests per second, and sheds what it would have to keep longer than its limit.
    @Test(arguments: [200, 2000, 20_000])
    func itSettlesWhereAServerKeepsUp(_ capacityPerSecond: Int) {
        var window = CongestionWindow(maximum: 2048)
        var shed = 0
        var served = 0
        // One round is as long as the server takes for the window; above two seconds it sheds the rest.
        for round in 0..<400 {
            let limit = window.limit
            let kept = min(limit, 2 * capacityPerSecond)
            window.acknowledged(kept)
            window.measured(.milliseconds(kept * 1000 / capacityPerSecond))
            for _ in kept..<limit { window.overloaded() }
            if round >= 200 {
                served += kept
                shed += limit - kept
            }
        }
        #expect(shed == 0)
        #expect(served > 200 * min(2048, capacityPerSecond) / 2)
    }
}
