/// The local ports from which a shard-aware port leads to one shard: those that leave the shard's number as the
/// remainder of a division by the number of shards.
package struct SourcePorts: Sequence, Sendable {
    /// The dynamic ports (RFC 6335, section 6), which no service is bound to.
    package static let range = 49_152...65_535

    private let shard: Int
    private let shardCount: Int
    private let start: Double

    /// - Parameters:
    ///   - shard: where the connections are to lead, below `shardCount`.
    ///   - shardCount: shards of the node.
    ///   - start: a random number in 0..<1, so that clients on one machine do not all try the same ports.
    package init(shard: Int, shardCount: Int, start: Double) {
        self.shard = shard
        self.shardCount = Swift.max(1, shardCount)
        self.start = Swift.min(Swift.max(0, start), 1)
    }

    /// Every such port once.
    package func makeIterator() -> some IteratorProtocol<UInt16> {
        let lowest = Self.range.lowerBound
        let offset = (shard - lowest % shardCount + shardCount) % shardCount
        let count = (Self.range.count - offset + shardCount - 1) / shardCount
        let first = count == 0 ? 0 : Int(Double(count) * start) % count
        return (0..<count).lazy.map { UInt16(lowest + offset + (first + $0) % count * shardCount) }.makeIterator()
    }
}
