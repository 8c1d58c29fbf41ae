package import CQLWire

/// The tablets of one table as far as servers have told of them: ranges of tokens with their replicas.
///
/// A server tells a client that came to the wrong place where the tablet is (the `tablets-routing-v1` payload). Tablets
/// split, merge and move, so what comes later replaces what it overlaps.
package struct TabletMap: Hashable, Sendable {
    /// By rising tokens, without overlaps.
    package private(set) var tablets: [TabletRouting] = []

    package init() {}

    /// Takes over what a server said; false when it was known, or when it is no range.
    package mutating func learn(_ tablet: TabletRouting) -> Bool {
        guard tablet.tokenBefore < tablet.lastToken else { return false }
        // The first that reaches into the new one, and the first that lies behind it.
        let low = index { $0.lastToken > tablet.tokenBefore }
        let high = index { $0.tokenBefore >= tablet.lastToken }
        if high == low + 1, tablets[low] == tablet { return false }
        tablets.replaceSubrange(low..<max(low, high), with: [tablet])
        return true
    }

    /// The tablet that holds a token; nil when nobody has told of it.
    package func tablet(of token: Token) -> TabletRouting? {
        let found = index { $0.lastToken >= token }
        guard found < tablets.count, tablets[found].tokenBefore < token else { return nil }
        return tablets[found]
    }

    /// Forgets the tablets that a node has, because it left the cluster.
    package mutating func forget(hostID: CQLUUID) {
        tablets.removeAll { $0.replicas.contains { $0.host == hostID } }
    }

    /// The first tablet for which `condition` holds, given that it holds for all behind it too.
    private func index(where condition: (TabletRouting) -> Bool) -> Int {
        var low = 0
        var high = tablets.count
        while low < high {
            let middle = (low + high) / 2
            if condition(tablets[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
