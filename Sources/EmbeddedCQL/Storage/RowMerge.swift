/// Last write wins: how a stored row and a mutation become one.
struct RowMerge {
    /// The merged row; cells that `takesNew` marks have their values in the mutation's bytes.
    private(set) var row = RowRecord()
    private(set) var takesNew: [Bool] = []

    /// Merges `mutation` into `stored`, whose values lie in `storedBytes`.
    ///
    /// Per cell the higher timestamp wins; at equal ones a removal beats a value, and the larger value the other.
    mutating func merge(
        _ stored: RowRecord,
        _ storedBytes: [UInt8],
        _ mutation: borrowing RowMutation,
        _ bytes: [UInt8]
    ) {
        row.marker = stored.marker
        row.deletion = stored.deletion
        if mutation.setsMarker { row.marker = max(row.marker ?? .min, mutation.timestamp) }
        if mutation.deletesRow { row.deletion = max(row.deletion ?? .min, mutation.timestamp) }
        row.cells.removeAll(keepingCapacity: true)
        takesNew.removeAll(keepingCapacity: true)
        for index in 0..<max(stored.cells.count, mutation.cells.count) {
            let old = index < stored.cells.count ? stored.cells[index] : .init(state: .absent, timestamp: 0)
            let change = index < mutation.cells.count ? mutation.cells[index] : .keep
            let wins = Self.wins(change, at: mutation.timestamp, bytes, over: old, storedBytes)
            takesNew.append(wins)
            guard wins else {
                row.cells.append(old)
                continue
            }
            if case .set(let range) = change {
                row.cells.append(.init(state: .value(range), timestamp: mutation.timestamp))
            } else {
                row.cells.append(.init(state: .removed, timestamp: mutation.timestamp))
            }
        }
        shadow()
    }

    private static func wins(
        _ change: RowMutation.CellChange,
        at timestamp: Int64,
        _ bytes: [UInt8],
        over old: RowRecord.Cell,
        _ oldBytes: [UInt8]
    ) -> Bool {
        switch (change, old.state) {
        case (.keep, _): return false
        case (_, .absent): return true
        case _ where timestamp != old.timestamp: return timestamp > old.timestamp
        case (.remove, _): return true
        case (.set, .removed): return false
        case (.set(let range), .value(let oldRange)):
            return ValueOrder.bytes(bytes, range, oldBytes, oldRange) == .descending
        }
    }

    /// Drops what the row's deletion covers; a deletion beats a write of the same timestamp.
    private mutating func shadow() {
        guard let deletion = row.deletion else { return }
        if let marker = row.marker, marker <= deletion { row.marker = nil }
        for index in row.cells.indices where row.cells[index].state != .absent {
            if row.cells[index].timestamp <= deletion { row.cells[index] = .init(state: .absent, timestamp: 0) }
        }
    }
}
