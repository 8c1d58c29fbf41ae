import Testing

@testable import Migration

@Suite struct TokenRangeTests {
    @Test(arguments: [-1, 0, 1, 2, 3, 7, 16, 64, 1000, 4096])
    func theRangesAreTheRing(count: Int) {
        let ranges = TokenRange.ring(dividedInto: count)
        #expect(ranges.count == max(1, count))
        #expect(ranges.first?.lowerBound == .min)
        #expect(ranges.last?.upperBound == .max)
        for (range, next) in zip(ranges, ranges.dropFirst()) { #expect(range.upperBound == next.lowerBound) }
        for range in ranges { #expect(range.lowerBound < range.upperBound) }
    }

    @Test func theRangesAreEqual() {
        let lengths = TokenRange.ring(dividedInto: 7).map { UInt64(bitPattern: $0.upperBound &- $0.lowerBound) }
        #expect((lengths.max() ?? 0) - (lengths.min() ?? 0) <= 7)
    }
}
