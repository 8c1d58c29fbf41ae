package import CQLWire
package import PosixIO

/// From a token to the link that its row is written to, in raw memory: the loop over rows looks here once per row.
///
/// The ring's ranges lie in a flat table; 4096 slots over the tokens' highest bits say where to begin in it, so that
/// even a ring of thousands of ranges takes one or two comparisons.
package final class TokenRouter {
    /// A range of the ring.
    @usableFromInline
    struct Entry {
        @usableFromInline var lastToken: Int64
        /// The link of a range that one link serves; else −1.
        @usableFromInline var link: Int32
        /// Where the links of the owner's shards begin.
        @usableFromInline var firstShardLink: Int32
        @usableFromInline var shardCount: UInt32
        @usableFromInline var ignoredBitCount: UInt32

        @inlinable
        init(lastToken: Int64, link: Int32, firstShardLink: Int32, shardCount: UInt32, ignoredBitCount: UInt32) {
            self.lastToken = lastToken
            self.link = link
            self.firstShardLink = firstShardLink
            self.shardCount = shardCount
            self.ignoredBitCount = ignoredBitCount
        }
    }

    private static let slotBitCount = 12

    @usableFromInline let entries: UnsafeMutablePointer<Entry>
    @usableFromInline let slots: UnsafeMutablePointer<UInt32>
    @usableFromInline let shardLinks: UnsafeMutablePointer<Int32>

    /// - Parameters:
    ///   - ownership: the ring, with at least one range.
    ///   - layout: has links for every node of it; a range of a node that has none goes to link 0.
    ///   - shards: how a node divides its data; nil when it does not.
    package init(_ ownership: TokenOwnership, _ layout: LinkLayout, shards: (Endpoint) -> ShardLayout?) {
        var table: [Entry] = []
        var links: [Int32] = []
        var firstLinks: [Int: Int32] = [:]
        for range in ownership.ranges {
            let ofNode = layout.linksByShard(of: range.endpoint) ?? [0]
            var entry = Entry(
                lastToken: range.lastToken,
                link: Int32(truncatingIfNeeded: ofNode[(range.shard ?? 0) % ofNode.count]),
                firstShardLink: 0,
                shardCount: 1,
                ignoredBitCount: 0
            )
            if range.shard == nil, ofNode.count > 1, let shards = shards(range.endpoint),
                shards.shardCount == ofNode.count
            {
                entry.link = -1
                entry.shardCount = UInt32(shards.shardCount)
                entry.ignoredBitCount = UInt32(shards.ignoredBitCount)
                if let known = firstLinks[ofNode[0]] {
                    entry.firstShardLink = known
                } else {
                    entry.firstShardLink = Int32(links.count)
                    firstLinks[ofNode[0]] = entry.firstShardLink
                    links += ofNode.map { Int32(truncatingIfNeeded: $0) }
                }
            }
            table.append(entry)
        }
        precondition(table.last?.lastToken == .max, "the ranges cover the whole ring")
        entries = .allocate(capacity: table.count)
        entries.initialize(from: table, count: table.count)
        shardLinks = .allocate(capacity: max(1, links.count))
        shardLinks.initialize(from: links, count: links.count)
        slots = .allocate(capacity: 1 << Self.slotBitCount)
        var entry = 0
        for slot in 0..<(1 << Self.slotBitCount) {
            let lowest = Int64(bitPattern: UInt64(slot) << UInt64(64 - Self.slotBitCount) ^ 1 << 63)
            while table[entry].lastToken < lowest { entry += 1 }
            slots[slot] = UInt32(entry)
        }
    }

    deinit {
        entries.deallocate()
        slots.deallocate()
        shardLinks.deallocate()
    }

    /// The link to which a row of this token is written.
    @inlinable @inline(__always)
    package func link(of token: Int64) -> Int {
        let biased = UInt64(bitPattern: token) ^ 1 &<< 63
        var entry = entries + Int(slots[Int(truncatingIfNeeded: biased &>> 52)])
        while entry.pointee.lastToken < token { entry += 1 }
        if entry.pointee.link >= 0 { return Int(entry.pointee.link) }
        let shard = (biased &<< UInt64(entry.pointee.ignoredBitCount))
            .multipliedFullWidth(by: UInt64(entry.pointee.shardCount)).high
        return Int(shardLinks[Int(entry.pointee.firstShardLink) &+ Int(truncatingIfNeeded: shard)])
    }
}
