import CQLWire

/// Last write wins: how a stored row and a mutation become one.
struct RowMerge {
    /// Whose bytes the value of a merged cell lies in.
    enum Origin: Equatable {
        case stored
        case mutation
        /// `builtBytes`: a complex cell that both had a part in.
        case built
    }

    /// The merged row.
    private(set) var row = RowRecord()
    private(set) var origins: [Origin] = []
    private(set) var builtBytes: [UInt8] = []

    /// Merges `mutation` into `stored`, whose values lie in `storedBytes`.
    ///
    /// Per cell the higher timestamp wins; at equal ones a removal beats a value, an expiring value a lasting one, and
    /// the larger value the other.
    mutating func merge(
        _ stored: RowRecord,
        _ storedBytes: [UInt8],
        _ mutation: borrowing RowMutation,
        _ bytes: [UInt8]
    ) {
        row.marker = stored.marker
        row.deletion = stored.deletion
        if mutation.setsMarker {
            let isNewer = stored.marker.map { mutation.liveness.order(to: $0) == .descending } ?? true
            if isNewer { row.marker = mutation.liveness }
        }
        if mutation.deletesRow { row.deletion = max(row.deletion ?? .min, mutation.timestamp) }
        if let marker = row.marker, let deletion = row.deletion, marker.timestamp <= deletion { row.marker = nil }
        row.cells.removeAll(keepingCapacity: true)
        origins.removeAll(keepingCapacity: true)
        builtBytes.removeAll(keepingCapacity: true)
        for index in 0..<max(stored.cells.count, mutation.cells.count) {
            let old = index < stored.cells.count ? stored.cells[index] : .absent
            let change = index < mutation.cells.count ? mutation.cells[index] : .keep
            if case .merge(let number) = change {
                appendComplex(old, storedBytes, mutation.complexChanges[number])
            } else if case .complex(let range) = old.state {
                appendComplex(range, storedBytes)
            } else {
                appendSimple(old, storedBytes, change, mutation.liveness, bytes)
            }
        }
    }

    private mutating func append(_ cell: RowRecord.Cell, _ origin: Origin) {
        // A deletion beats a write of the same timestamp.
        let isShadowed = row.deletion.map { cell.liveness.timestamp <= $0 } ?? false
        row.cells.append(isShadowed ? .absent : cell)
        origins.append(origin)
    }

    private mutating func appendSimple(
        _ old: RowRecord.Cell,
        _ storedBytes: [UInt8],
        _ change: RowMutation.CellChange,
        _ liveness: Liveness,
        _ bytes: [UInt8]
    ) {
        guard Self.wins(change, liveness, bytes, over: old, storedBytes) else { return append(old, .stored) }
        if case .set(let range) = change {
            append(.init(state: .value(range), liveness: liveness), .mutation)
        } else {
            append(.init(state: .removed, liveness: Liveness(liveness.timestamp)), .mutation)
        }
    }

    private static func wins(
        _ change: RowMutation.CellChange,
        _ liveness: Liveness,
        _ bytes: [UInt8],
        over old: RowRecord.Cell,
        _ oldBytes: [UInt8]
    ) -> Bool {
        switch (change, old.state) {
        case (.keep, _), (.merge, _), (_, .complex): return false
        case (_, .absent): return true
        case _ where liveness.timestamp != old.liveness.timestamp:
            return liveness.timestamp > old.liveness.timestamp
        case (.remove, _): return true
        case (.set, .removed): return false
        case (.set(let range), .value(let oldRange)):
            switch liveness.order(to: old.liveness) {
            case .descending: return true
            case .ascending: return false
            case .same: return ValueOrder.bytes(bytes, range, oldBytes, oldRange) == .descending
            }
        }
    }
}

// MARK: - Complex cells

extension RowMerge {
    private mutating func appendComplex(_ old: RowRecord.Cell, _ storedBytes: [UInt8], _ change: ComplexCell) {
        var cell = change
        if case .complex(let range) = old.state {
            cell = ComplexCell(pathType: change.pathType, decoding: storedBytes, in: range)
            cell.merge(change)
        }
        appendBuilt(cell)
    }

    /// A stored complex cell that the mutation leaves alone, unless it deletes the row.
    private mutating func appendComplex(_ range: Range<Int>, _ storedBytes: [UInt8]) {
        guard row.deletion != nil else {
            row.cells.append(.init(state: .complex(range), liveness: Liveness(0)))
            origins.append(.stored)
            return
        }
        // The elements stay in their order, whatever it is.
        appendBuilt(ComplexCell(pathType: .blob, decoding: storedBytes, in: range))
    }

    private mutating func appendBuilt(_ cell: ComplexCell) {
        var cell = cell
        if let deletion = row.deletion { cell.shadow(by: deletion) }
        origins.append(.built)
        guard !cell.isEmpty else { return row.cells.append(.absent) }
        let start = builtBytes.count
        cell.encode(into: &builtBytes)
        row.cells.append(.init(state: .complex(start..<builtBytes.count), liveness: Liveness(0)))
    }
}
