package import CQLWire

/// The tablets of one table as far as servers have told of them: ranges of tokens with their replicas.
///
/// A server tells a client that came to the wrong place where the tablet is (the `tablets-routing-v1` payload). Tablets
/// split, merge and move, so what comes later replaces what it overlaps.
package struct TabletMap: Hashable, Sendable {
    /// A shard of a node that holds a tablet.
    package struct Replica: Hashable, Sendable {
        package var hostID: CQLUUID
        package var shard: Int

        package init(hostID: CQLUUID, shard: Int) {
            self.hostID = hostID
            self.shard = shard
        }
    }

    /// Tokens above `firstToken`, up to and including `lastToken`.
    package struct Tablet: Hashable, Sendable {
        package var firstToken: Int64
        package var lastToken: Int64
        package var replicas: [Replica]

        package init(firstToken: Int64, lastToken: Int64, replicas: [Replica]) {
            self.firstToken = firstToken
            self.lastToken = lastToken
            self.replicas = replicas
        }

        /// What a server told.
        package init(_ routing: TabletRouting) {
            self.init(
                firstToken: routing.tokenBefore.rawValue,
                lastToken: routing.lastToken.rawValue,
                replicas: routing.replicas.map { Replica(hostID: $0.host, shard: Int($0.shard)) }
            )
        }
    }

    /// By rising tokens, without overlaps.
    package private(set) var tablets: [Tablet] = []

    package init() {}

    /// Takes over what a server said; false when it was known, or when it is no range.
    package mutating func learn(_ tablet: Tablet) -> Bool {
        guard tablet.firstToken < tablet.lastToken else { return false }
        // The first that reaches into the new one, and the first that lies behind it.
        let low = index { $0.lastToken > tablet.firstToken }
        let high = index { $0.firstToken >= tablet.lastToken }
        if high == low + 1, tablets[low] == tablet { return false }
        tablets.replaceSubrange(low..<max(low, high), with: [tablet])
        return true
    }

    /// The tablet that holds a token; nil when nobody has told of it.
    package func tablet(of token: Token) -> Tablet? {
        let found = index { $0.lastToken >= token.rawValue }
        guard found < tablets.count, tablets[found].firstToken < token.rawValue else { return nil }
        return tablets[found]
    }

    /// Forgets the tablets that a node has, because it left the cluster.
    package mutating func forget(hostID: CQLUUID) {
        tablets.removeAll { $0.replicas.contains { $0.hostID == hostID } }
    }

    /// The first tablet for which `condition` holds, given that it holds for all behind it too.
    private func index(where condition: (Tablet) -> Bool) -> Int {
        var low = 0
        var high = tablets.count
        while low < high {
            let middle = (low + high) / 2
            if condition(tablets[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
