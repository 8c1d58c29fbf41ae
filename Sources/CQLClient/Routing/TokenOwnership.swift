package import CQLWire
package import PosixIO

/// Where a write of a token goes first: the whole ring as consecutive ranges, each with a node and, for tablets, a shard.
package struct TokenOwnership: Equatable, Sendable {
    /// Tokens above those of the range before, up to and including `lastToken`.
    package struct Range: Equatable, Sendable {
        package var lastToken: Int64
        package var endpoint: Endpoint
        /// The shard that has the tablet; nil where the shard follows from the token.
        package var shard: Int?

        package init(lastToken: Int64, endpoint: Endpoint, shard: Int? = nil) {
            self.lastToken = lastToken
            self.endpoint = endpoint
            self.shard = shard
        }
    }

    /// By rising tokens; the last one ends with the greatest.
    ///
    /// Empty when no node is known to own anything.
    package private(set) var ranges: [Range] = []

    /// Of the replicas of each range, the first that is in the local datacentre and up; else any that is in it; else,
    /// where it has none, a node of the local datacentre.
    ///
    /// - Parameters:
    ///   - topology: nodes, ring and local datacentre.
    ///   - strategy: of the table's keyspace.
    ///   - tablets: of the table, as far as known; where they are not, the ring's owner stands in and will tell.
    ///   - isUp: whether a node may be used.
    package init(
        _ topology: ClusterTopology,
        _ strategy: ReplicationStrategy,
        tablets: TabletMap = TabletMap(),
        isUp: (Endpoint) -> Bool
    ) {
        let local = topology.localNodes
        guard let fallback = local.first(where: { isUp($0.endpoint) }) ?? local.first else { return }
        func choose(_ replicas: [ClusterNode]) -> ClusterNode {
            let near = replicas.filter { $0.datacentre == topology.localDatacentre }
            return near.first { isUp($0.endpoint) } ?? near.first ?? fallback
        }
        let ring = topology.ring
        for (index, position) in ring.positions.enumerated() {
            let owner = choose(ring.replicas(at: index, strategy).map { topology.nodes[$0] })
            append(Range(lastToken: position.token.rawValue, endpoint: owner.endpoint))
        }
        // Behind the last token the ring begins again.
        append(Range(lastToken: .max, endpoint: ranges.first?.endpoint ?? fallback.endpoint))
        lay(tablets, topology, isUp)
    }

    /// Adds a range behind the others; neighbours with the same owner become one.
    private mutating func append(_ range: Range) {
        if let last = ranges.last {
            if last.lastToken >= range.lastToken { return }
            if last.endpoint == range.endpoint, last.shard == range.shard {
                ranges[ranges.count - 1].lastToken = range.lastToken
                return
            }
        }
        ranges.append(range)
    }

    /// Puts the tablets that are known over what the ring says.
    private mutating func lay(_ tablets: TabletMap, _ topology: ClusterTopology, _ isUp: (Endpoint) -> Bool) {
        guard !tablets.tablets.isEmpty else { return }
        var known: [CQLUUID: Endpoint] = [:]
        for node in topology.localNodes { if let hostID = node.hostID { known[hostID] = node.endpoint } }
        let below = ranges
        ranges = []
        var covered = Int64.min
        for tablet in tablets.tablets {
            let replicas = tablet.replicas.compactMap { replica in
                known[replica.host].map { (endpoint: $0, shard: Int(replica.shard)) }
            }
            guard let chosen = replicas.first(where: { isUp($0.endpoint) }) ?? replicas.first else { continue }
            appendPart(of: below, above: covered, upTo: tablet.tokenBefore.rawValue)
            append(Range(lastToken: tablet.lastToken.rawValue, endpoint: chosen.endpoint, shard: chosen.shard))
            covered = tablet.lastToken.rawValue
        }
        appendPart(of: below, above: covered, upTo: .max)
    }

    private mutating func appendPart(of below: [Range], above lowerBound: Int64, upTo upperBound: Int64) {
        guard lowerBound < upperBound else { return }
        for range in below where range.lastToken > lowerBound {
            var part = range
            part.lastToken = min(range.lastToken, upperBound)
            append(part)
            if part.lastToken == upperBound { return }
        }
    }

    /// The range that a token is in; nil when nothing is known.
    package func range(of token: Token) -> Range? {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].lastToken < token.rawValue { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count ? ranges[low] : nil
    }
}
