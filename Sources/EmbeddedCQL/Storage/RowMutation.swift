/// What a write does, with every timestamp resolved; values are ranges of the bytes that are given along with it.
///
/// All changes of rows go through values of this type, one after the other: whoever wants to repeat a store's history
/// records them. A mutation is reused from write to write, so that a plain write allocates nothing.
struct RowMutation {
    enum Target: Equatable {
        /// The row with `clusteringKey`.
        case row
        /// The row of the partition's static columns.
        case staticRow
        /// A deletion of all rows in a range of clustering keys.
        case range(ClusteringRange)
        /// A deletion of a partition of a table with clustering columns; elsewhere a partition is a row.
        case partition
    }

    enum CellChange: Equatable {
        /// The cell is left as it is.
        case keep
        case remove
        case set(Range<Int>)
        /// Parts of a collection or user-defined type change: the number among `complexChanges`.
        case merge(Int)
    }

    var target = Target.row
    /// The partition key as a routing key.
    var partitionKey: [UInt8] = []
    /// The clustering values, each with its length before it.
    var clusteringKey: [UInt8] = []
    /// The timestamp of everything that the mutation sets or removes, and until when the values live.
    var liveness = Liveness(0)
    /// INSERT makes a row exist even without any other value.
    var setsMarker = false
    /// DELETE of the row: everything in it up to the timestamp goes.
    var deletesRow = false
    /// By cell number.
    var cells: [CellChange] = []
    var complexChanges: [ComplexCell] = []

    var timestamp: Int64 { liveness.timestamp }

    /// Forgets the row before, for a row of `cellCount` cells.
    mutating func reset(cellCount: Int) {
        target = .row
        partitionKey.removeAll(keepingCapacity: true)
        clusteringKey.removeAll(keepingCapacity: true)
        complexChanges.removeAll(keepingCapacity: true)
        setsMarker = false
        deletesRow = false
        if cells.count == cellCount {
            for index in cells.indices { cells[index] = .keep }
        } else {
            cells = [CellChange](repeating: .keep, count: cellCount)
        }
    }

    /// Whether it says nothing about any cell.
    var changesNoCell: Bool { cells.allSatisfy { $0 == .keep } }
}
