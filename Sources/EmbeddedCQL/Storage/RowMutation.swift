/// What a write does to one row; values are ranges of the bytes that are given along with it.
///
/// A mutation is reused from write to write, so that a write allocates nothing.
struct RowMutation {
    enum CellChange: Equatable {
        /// The cell is left as it is.
        case keep
        case remove
        case set(Range<Int>)
    }

    /// The partition key as a routing key.
    var partitionKey: [UInt8] = []
    /// The clustering values, each with its length before it.
    var clusteringKey: [UInt8] = []
    var timestamp: Int64 = 0
    /// INSERT makes a row exist even without any other value.
    var setsMarker = false
    /// DELETE of the row: everything in it up to the timestamp goes.
    var deletesRow = false
    /// By cell number.
    var cells: [CellChange] = []

    /// Forgets the row before, for a table of `cellCount` cells.
    mutating func reset(cellCount: Int) {
        partitionKey.removeAll(keepingCapacity: true)
        clusteringKey.removeAll(keepingCapacity: true)
        setsMarker = false
        deletesRow = false
        if cells.count == cellCount {
            for index in cells.indices { cells[index] = .keep }
        } else {
            cells = [CellChange](repeating: .keep, count: cellCount)
        }
    }
}
