import CQLWire
import Testing

@testable import CQLClient

@Suite struct StreamIDPoolTests {
    @Test func everyIDIsLentOnce() {
        var pool = StreamIDPool()
        var lent: Set<StreamID> = []
        while let stream = pool.take() { lent.insert(stream) }
        #expect(lent.count == 32768)
        #expect(lent.allSatisfy { $0.rawValue >= 0 })
        pool.release(StreamID(rawValue: 5))
        #expect(pool.take() == StreamID(rawValue: 5))
        #expect(pool.take() == nil)
    }

    @Test func reservedIDsAreNotLent() {
        var pool = StreamIDPool()
        _ = pool.take()
        let isReserved = pool.reserve(count: 2048)
        #expect(isReserved)
        var lent: [StreamID] = []
        while let stream = pool.take() { lent.append(stream) }
        #expect(lent.count == 32768 - 2048 - 1)
        #expect(lent.allSatisfy { $0.rawValue >= 2048 })
    }

    @Test func whatIsLentCannotBeReserved() {
        var pool = StreamIDPool()
        _ = pool.take()
        let results = [32768, -1, 32767].map { pool.reserve(count: $0) }
        #expect(results == [false, false, true])
        #expect(pool.take() == nil)
    }
}
