/// A stored row, decoded: timestamps and where each value lies.
///
/// It is reused from row to row.
///
/// Layout of a record: flags; timestamp (8 bytes); with a deletion its timestamp (8 bytes); key length and key;
/// cell count; then per cell 0 for absent, 1 for removed, length + 2 for a value, followed by the cell's own
/// timestamp unless all share the record's, followed by the value.
struct RowRecord {
    struct Cell: Equatable {
        enum State: Equatable {
            case absent
            case removed
            case value(Range<Int>)
        }

        var state: State
        var timestamp: Int64
    }

    private struct Flags {
        /// The record's timestamp is that of the marker and of every cell.
        static let uniform: UInt8 = 0x01
        static let marker: UInt8 = 0x02
        static let deletion: UInt8 = 0x04
    }

    /// When the row was inserted; nil when it only came to be through its cells.
    var marker: Int64?
    /// Up to when the row was deleted.
    var deletion: Int64?
    /// The partition key, or in a table with clustering columns the clustering key.
    var key = 0..<0
    var cells: [Cell] = []

    /// Whether anything of the row is there to be seen, among all cells.
    var isLive: Bool {
        marker != nil
            || cells.contains { cell in
                if case .value = cell.state { return true }
                return false
            }
    }

    /// Decodes the record that starts at `offset`, and returns where it ends.
    @discardableResult
    mutating func decode(_ page: [UInt8], at offset: Int) -> Int {
        let flags = page[offset]
        let timestamp = page.int64(at: offset + 1)
        var position = offset + 9
        marker = flags & Flags.marker != 0 ? timestamp : nil
        deletion = nil
        if flags & Flags.deletion != 0 {
            deletion = page.int64(at: position)
            position += 8
        }
        let keyLength = page.readVariableLength(at: &position)
        key = position..<position + keyLength
        position += keyLength
        let cellCount = page.readVariableLength(at: &position)
        cells.removeAll(keepingCapacity: true)
        for _ in 0..<cellCount {
            let head = page.readVariableLength(at: &position)
            guard head > 0 else {
                cells.append(Cell(state: .absent, timestamp: 0))
                continue
            }
            var cellTimestamp = timestamp
            if flags & Flags.uniform == 0 {
                cellTimestamp = page.int64(at: position)
                position += 8
            }
            guard head > 1 else {
                cells.append(Cell(state: .removed, timestamp: cellTimestamp))
                continue
            }
            cells.append(Cell(state: .value(position..<position + head - 2), timestamp: cellTimestamp))
            position += head - 2
        }
        return position
    }

    /// The key of the record that starts at `offset`, without decoding the rest.
    static func key(_ page: [UInt8], at offset: Int) -> Range<Int> {
        var position = offset + (page[offset] & Flags.deletion != 0 ? 17 : 9)
        let length = page.readVariableLength(at: &position)
        return position..<position + length
    }

    /// An upper bound of the bytes that `encode` writes.
    func encodedByteBound(keyByteCount: Int) -> Int {
        var count = 17 + 20 + keyByteCount
        for cell in cells {
            count += 9
            if case .value(let range) = cell.state { count += range.count + 4 }
        }
        return count
    }

    /// Appends the record; `source` tells for each value the bytes that its range is of.
    func encode(key: [UInt8], into page: inout [UInt8], source: (Int) -> [UInt8]) {
        let shared = sharedTimestamp
        var flags: UInt8 = shared == nil ? 0 : Flags.uniform
        if marker != nil { flags |= Flags.marker }
        if deletion != nil { flags |= Flags.deletion }
        page.append(flags)
        page.appendInt64(shared ?? marker ?? 0)
        if let deletion { page.appendInt64(deletion) }
        page.appendVariableLength(key.count)
        page.append(contentsOf: key)
        page.appendVariableLength(cells.count)
        for (index, cell) in cells.enumerated() {
            switch cell.state {
            case .absent: page.append(0)
            case .removed:
                page.append(1)
                if shared == nil { page.appendInt64(cell.timestamp) }
            case .value(let range):
                page.appendVariableLength(range.count + 2)
                if shared == nil { page.appendInt64(cell.timestamp) }
                page.append(contentsOf: source(index)[range])
            }
        }
    }

    /// The timestamp of marker and cells when it is one and the same.
    private var sharedTimestamp: Int64? {
        var shared = marker
        for cell in cells where cell.state != .absent {
            if let shared, shared != cell.timestamp { return nil }
            shared = cell.timestamp
        }
        return shared ?? 0
    }

    /// Appends the record of a row that was not there before, straight from a mutation.
    static func encode(_ mutation: borrowing RowMutation, key: [UInt8], bytes: [UInt8], into page: inout [UInt8]) {
        var flags = Flags.uniform
        if mutation.setsMarker { flags |= Flags.marker }
        if mutation.deletesRow { flags |= Flags.deletion }
        page.append(flags)
        page.appendInt64(mutation.timestamp)
        if mutation.deletesRow { page.appendInt64(mutation.timestamp) }
        page.appendVariableLength(key.count)
        page.append(contentsOf: key)
        page.appendVariableLength(mutation.cells.count)
        for cell in mutation.cells {
            switch cell {
            case .keep: page.append(0)
            case .remove: page.append(1)
            case .set(let range):
                page.appendVariableLength(range.count + 2)
                page.append(contentsOf: bytes[range])
            }
        }
    }

    /// An upper bound of what the mutation's record takes.
    static func byteBound(_ mutation: borrowing RowMutation, key: [UInt8]) -> Int {
        var count = 17 + 20 + key.count
        for cell in mutation.cells {
            count += 1
            if case .set(let range) = cell { count += range.count + 4 }
        }
        return count
    }
}
