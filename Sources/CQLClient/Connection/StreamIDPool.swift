import CQLWire

/// The stream ids of one connection: the lowest may be set aside for a bulk writer, the others are lent from the top.
struct StreamIDPool {
    private var released: [StreamID] = []
    /// The highest id never lent so far.
    private var fresh = Int(Int16.max)
    /// Ids below this belong to the bulk writer.
    private(set) var reservedCount = 0

    /// An id that nobody uses; nil when all are lent.
    mutating func take() -> StreamID? {
        if let stream = released.popLast() { return stream }
        guard fresh >= reservedCount else { return nil }
        defer { fresh -= 1 }
        return StreamID(rawValue: Int16(fresh))
    }

    /// Gives an id back once its answer has arrived.
    mutating func release(_ stream: StreamID) { released.append(stream) }

    /// Sets ids 0..<count aside; false, and nothing changes, when one of them has been lent.
    mutating func reserve(count: Int) -> Bool {
        guard (0...fresh + 1).contains(count) else { return false }
        reservedCount = count
        return true
    }
}
