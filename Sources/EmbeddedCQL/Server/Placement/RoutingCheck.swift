import CQLWire

/// Looks, for one connection, whether its prepared statements come where their partitions are.
struct RoutingCheck {
    private let placement: Placement
    private let shard: Int
    private let counter: RoutingCounter
    private var routingKey: [UInt8] = []

    /// - Parameters:
    ///   - placement: where partitions are.
    ///   - shard: the shard that the connection belongs to.
    ///   - counter: of the node.
    init(_ placement: Placement, shard: Int, _ counter: RoutingCounter) {
        self.placement = placement
        self.shard = shard
        self.counter = counter
    }

    /// Counts a statement with its values, and returns the token of its partition; nil, and nothing is counted, when they
    /// do not name one.
    mutating func count(_ statement: CompiledStatement, _ bound: BoundValues) -> Token? {
        guard let table = statement.plan.tables.first, let token = token(of: statement, bound) else { return nil }
        counter.count(placement.place(of: token, inKeyspace: table.keyspace, seenFrom: shard))
        return token
    }

    /// The token of the partition that the bound values name; nil when they do not, or are no key.
    private mutating func token(of statement: CompiledStatement, _ bound: BoundValues) -> Token? {
        let indices = statement.partitionKeyIndices
        guard !indices.isEmpty else { return nil }
        routingKey.removeAll(keepingCapacity: true)
        for index in indices {
            guard Int(index) < bound.values.count, case .bytes(let range) = bound.values[Int(index)],
                range.count <= PartitionKeys.byteLimit
            else { return nil }
            if indices.count == 1 {
                routingKey.append(contentsOf: bound.bytes[range])
            } else {
                RoutingKey.append(bound.bytes[range], to: &routingKey)
            }
        }
        return Token(routingKey: routingKey)
    }
}
