/// A stored row, decoded: timestamps and where each value lies.
///
/// It is reused from row to row.
///
/// Layout of a record: flags; timestamp (8 bytes); with a deletion its timestamp (8 bytes); where something expires the
/// time to live and its end (8 bytes) of what shares the record's timestamp; key length and key; cell count; then per
/// cell 0 for absent, 1 for removed, 2 for a complex cell, length + 3 for a value. Unless all share the record's, the
/// cell's own timestamp follows, and where something expires its time to live with, if it has one, the end; then comes
/// the value. A complex cell is its length and its bytes (see `ComplexCell`).
struct RowRecord {
    struct Cell: Equatable {
        enum State: Equatable {
            case absent
            case removed
            case value(Range<Int>)
            /// The bytes of a `ComplexCell`, which has its own timestamps.
            case complex(Range<Int>)
        }

        var state: State
        var liveness: Liveness

        static let absent = Cell(state: .absent, liveness: Liveness(0))
    }

    private struct Flags {
        /// The record's timestamp (and end) is that of the marker and of every cell.
        static let uniform: UInt8 = 0x01
        static let marker: UInt8 = 0x02
        static let deletion: UInt8 = 0x04
        static let expiring: UInt8 = 0x08
    }

    /// When the row was inserted; nil when it only came to be through its cells.
    var marker: Liveness?
    /// Up to when the row was deleted.
    var deletion: Int64?
    /// The partition key, or in a table with clustering columns the clustering key.
    var key = 0..<0
    var cells: [Cell] = []

    /// Decodes the record that starts at `offset`, and returns where it ends.
    @discardableResult
    mutating func decode(_ page: [UInt8], at offset: Int) -> Int {
        let flags = page[offset]
        let isUniform = flags & Flags.uniform != 0
        let isExpiring = flags & Flags.expiring != 0
        var shared = Liveness(page.int64(at: offset + 1))
        var position = offset + 9
        deletion = nil
        if flags & Flags.deletion != 0 {
            deletion = page.int64(at: position)
            position += 8
        }
        if isExpiring { Self.readExpiry(into: &shared, page, at: &position) }
        marker = flags & Flags.marker != 0 ? shared : nil
        let keyLength = page.readVariableLength(at: &position)
        key = position..<position + keyLength
        position += keyLength
        let cellCount = page.readVariableLength(at: &position)
        cells.removeAll(keepingCapacity: true)
        for _ in 0..<cellCount {
            let head = page.readVariableLength(at: &position)
            guard head > 0 else {
                cells.append(.absent)
                continue
            }
            if head == 2 {
                let length = page.readVariableLength(at: &position)
                cells.append(Cell(state: .complex(position..<position + length), liveness: Liveness(0)))
                position += length
                continue
            }
            var liveness = shared
            if !isUniform {
                liveness = Liveness(page.int64(at: position))
                position += 8
                if isExpiring { Self.readExpiry(into: &liveness, page, at: &position) }
            }
            guard head > 1 else {
                cells.append(Cell(state: .removed, liveness: Liveness(liveness.timestamp)))
                continue
            }
            cells.append(Cell(state: .value(position..<position + head - 3), liveness: liveness))
            position += head - 3
        }
        return position
    }

    private static func readExpiry(into liveness: inout Liveness, _ page: [UInt8], at position: inout Int) {
        liveness.timeToLive = Int32(truncatingIfNeeded: page.readVariableLength(at: &position))
        guard liveness.isExpiring else { return }
        liveness.expiry = page.int64(at: position)
        position += 8
    }

    /// The key of the record that starts at `offset`, without decoding the rest.
    static func key(_ page: [UInt8], at offset: Int) -> Range<Int> {
        let flags = page[offset]
        var position = offset + (flags & Flags.deletion != 0 ? 17 : 9)
        if flags & Flags.expiring != 0, page.readVariableLength(at: &position) != 0 { position += 8 }
        let length = page.readVariableLength(at: &position)
        return position..<position + length
    }
}

// MARK: - Encoding

extension RowRecord {
    /// An upper bound of the bytes that `encode` writes.
    func encodedByteBound(keyByteCount: Int) -> Int {
        var count = 40 + 20 + keyByteCount
        for cell in cells {
            count += 9 + 13 + 10
            switch cell.state {
            case .value(let range), .complex(let range): count += range.count
            case .absent, .removed: break
            }
        }
        return count
    }

    /// Appends the record; `source` tells for each value the bytes that its range is of.
    func encode(key: [UInt8], into page: inout [UInt8], source: (Int) -> [UInt8]) {
        let shared = sharedLiveness
        let expires =
            (shared ?? marker)?.isExpiring == true || (shared == nil && cells.contains { $0.liveness.isExpiring })
        var flags: UInt8 = shared == nil ? 0 : Flags.uniform
        if marker != nil { flags |= Flags.marker }
        if deletion != nil { flags |= Flags.deletion }
        if expires { flags |= Flags.expiring }
        page.append(flags)
        let head = shared ?? marker ?? Liveness(0)
        page.appendInt64(head.timestamp)
        if let deletion { page.appendInt64(deletion) }
        if expires { Self.appendExpiry(of: head, to: &page) }
        page.appendVariableLength(key.count)
        page.append(contentsOf: key)
        page.appendVariableLength(cells.count)
        for (index, cell) in cells.enumerated() {
            switch cell.state {
            case .absent: page.append(0)
            case .complex(let range):
                page.append(2)
                page.appendVariableLength(range.count)
                page.append(contentsOf: source(index)[range])
            case .removed:
                page.append(1)
                if shared == nil { Self.append(cell.liveness, expires, to: &page) }
            case .value(let range):
                page.appendVariableLength(range.count + 3)
                if shared == nil { Self.append(cell.liveness, expires, to: &page) }
                page.append(contentsOf: source(index)[range])
            }
        }
    }

    private static func append(_ liveness: Liveness, _ expires: Bool, to page: inout [UInt8]) {
        page.appendInt64(liveness.timestamp)
        if expires { appendExpiry(of: liveness, to: &page) }
    }

    private static func appendExpiry(of liveness: Liveness, to page: inout [UInt8]) {
        page.appendVariableLength(Int(liveness.timeToLive))
        if liveness.isExpiring { page.appendInt64(liveness.expiry) }
    }

    /// The liveness of marker and cells when it is one and the same; removed cells share but the timestamp.
    private var sharedLiveness: Liveness? {
        var shared = marker
        for cell in cells {
            guard case .value = cell.state else { continue }
            if let shared, shared != cell.liveness { return nil }
            shared = cell.liveness
        }
        for cell in cells where cell.state == .removed {
            if let shared, shared.timestamp != cell.liveness.timestamp { return nil }
            shared = shared ?? cell.liveness
        }
        return shared ?? Liveness(0)
    }

    /// Appends the record of a row that was not there before, straight from a mutation.
    static func encode(_ mutation: borrowing RowMutation, key: [UInt8], bytes: [UInt8], into page: inout [UInt8]) {
        var flags = Flags.uniform
        let expires = mutation.liveness.isExpiring
        if mutation.setsMarker { flags |= Flags.marker }
        if mutation.deletesRow { flags |= Flags.deletion }
        if expires { flags |= Flags.expiring }
        page.append(flags)
        page.appendInt64(mutation.timestamp)
        if mutation.deletesRow { page.appendInt64(mutation.timestamp) }
        if expires { appendExpiry(of: mutation.liveness, to: &page) }
        page.appendVariableLength(key.count)
        page.append(contentsOf: key)
        page.appendVariableLength(mutation.cells.count)
        for cell in mutation.cells {
            switch cell {
            case .keep: page.append(0)
            case .remove: page.append(1)
            case .set(let range):
                page.appendVariableLength(range.count + 3)
                page.append(contentsOf: bytes[range])
            case .merge(let number):
                var encoded: [UInt8] = []
                mutation.complexChanges[number].encode(into: &encoded)
                page.append(2)
                page.appendVariableLength(encoded.count)
                page.append(contentsOf: encoded)
            }
        }
    }

    /// An upper bound of what the mutation's record takes, but for complex cells, which let a page grow.
    static func byteBound(_ mutation: borrowing RowMutation, key: [UInt8]) -> Int {
        var count = 40 + 20 + key.count
        for cell in mutation.cells {
            count += 1
            if case .set(let range) = cell { count += range.count + 4 }
        }
        return count
    }
}
