import CQLWire

/// The rows of one table.
///
/// Without clustering columns a partition is one record. With them a partition keeps its key once, and the records
/// of its rows in clustering order. Deleted rows stay as records that shadow older writes.
struct TableStore {
    /// A partition of a table with clustering columns.
    struct ClusteredPartition {
        /// A record without cells, for its key.
        var key: RecordReference
        /// Writes up to this timestamp are gone.
        var deletion: Int64?
        /// Nil: none was ever written, or a deletion took all.
        var rows: OrderedRows?
    }

    /// A deletion of the rows in a range, which also hides what is written later with an older timestamp.
    private struct RangeDeletion {
        let range: ClusteringRange
        let timestamp: Int64
    }

    let clustering: ClusteringOrder
    private(set) var arena = RecordArena()
    private(set) var index = PartitionIndex()
    private(set) var partitions: [ClusteredPartition] = []
    /// The rows of static columns, by partition number; few tables have any.
    private var staticRows: [Int: RecordReference] = [:]
    private var rangeDeletions: [Int: [RangeDeletion]] = [:]
    /// All partitions in token order, as of the last `prepareScan()`.
    private(set) var order = TokenOrder()
    private var deadByteCount = 0
    private var merge = RowMerge()
    private var record = RowRecord()
    private var recordBytes: [UInt8] = []

    init(clustering: ClusteringOrder) {
        self.clustering = clustering
    }

    var isClustered: Bool { !clustering.components.isEmpty }

    /// Bytes held for rows, dead ones included.
    var byteCount: Int { arena.byteCount }

    /// Applies a write; `bytes` hold its values.
    mutating func apply(_ mutation: borrowing RowMutation, bytes: [UInt8]) {
        let token = Token(routingKey: mutation.partitionKey).rawValue
        let slot = slot(of: mutation.partitionKey, token: token)
        if isClustered {
            let slot = slot ?? addPartition(mutation.partitionKey, token: token)
            let number = Int(index.slots[slot].content)
            switch mutation.target {
            case .row: applyRow(mutation, bytes, partition: number)
            case .staticRow: applyStatic(mutation, bytes, partition: number)
            case .range(let range): deleteRange(range, timestamp: mutation.timestamp, partition: number)
            case .partition: deletePartition(number, timestamp: mutation.timestamp)
            }
        } else if let slot {
            let reference = RecordReference(rawValue: index.slots[slot].content)
            let merged = merged(reference, mutation, key: mutation.partitionKey, bytes)
            index.setContent(merged.rawValue, ofSlot: slot)
        } else {
            let reference = append(mutation, key: mutation.partitionKey, bytes)
            index.add(token: token, content: reference.rawValue)
        }
        compactIfWorthwhile()
    }
}

// MARK: - Deletions of more than one row

extension TableStore {
    private mutating func deletePartition(_ number: Int, timestamp: Int64) {
        partitions[number].deletion = max(partitions[number].deletion ?? .min, timestamp)
        rangeDeletions[number]?.removeAll { $0.timestamp <= timestamp }
        if let reference = staticRows[number] { staticRows[number] = remaining(reference, after: timestamp) }
        guard var rows = partitions[number].rows else { return }
        partitions[number].rows = nil
        let hasRows = rows.mapInPlace { remaining($0, after: timestamp) }
        partitions[number].rows = hasRows ? rows : nil
    }

    private mutating func deleteRange(_ range: ClusteringRange, timestamp: Int64, partition number: Int) {
        if let deletion = partitions[number].deletion, timestamp <= deletion { return }
        var deletions = rangeDeletions[number] ?? []
        deletions.removeAll { $0.range == range && $0.timestamp <= timestamp }
        deletions.append(RangeDeletion(range: range, timestamp: timestamp))
        rangeDeletions[number] = deletions
        guard var rows = partitions[number].rows else { return }
        partitions[number].rows = nil
        let hasRows = rows.mapInPlace { reference in
            let page = arena.page(reference.page)
            let key = RowRecord.key(page, at: reference.offset)
            let isInside =
                clustering.reachesStart(of: range, page, key) && !clustering.passesEnd(of: range, page, key)
            return isInside ? remaining(reference, after: timestamp) : reference
        }
        partitions[number].rows = hasRows ? rows : nil
    }

    /// What a deletion up to `timestamp` leaves of a row; nil when nothing is newer.
    private mutating func remaining(_ reference: RecordReference, after timestamp: Int64) -> RecordReference? {
        record.decode(arena.page(reference.page), at: reference.offset)
        // What is newer as a whole, the row's own deletion included, stays as it is.
        let own = record.deletion ?? .min
        var deletion = RowMutation()
        deletion.liveness = Liveness(timestamp)
        deletion.deletesRow = true
        let merged = merged(reference, deletion, key: key(of: reference), [])
        record.decode(arena.page(merged.page), at: merged.offset)
        let isEmpty = own <= timestamp && record.marker == nil && record.cells.allSatisfy { $0.state == .absent }
        return isEmpty ? nil : merged
    }

    /// Up to when the deletions of ranges have emptied the place of a row.
    private func rangeDeletion(of key: [UInt8], partition number: Int) -> Int64 {
        guard let deletions = rangeDeletions[number] else { return .min }
        var latest = Int64.min
        for deletion in deletions where deletion.timestamp > latest && clustering.contains(deletion.range, key) {
            latest = deletion.timestamp
        }
        return latest
    }
}

// MARK: - Lookups

extension TableStore {
    /// The key bytes of a record, copied.
    func key(of reference: RecordReference) -> [UInt8] {
        let page = arena.page(reference.page)
        return Array(page[RowRecord.key(page, at: reference.offset)])
    }

    private func keyReference(_ content: UInt64) -> RecordReference {
        isClustered ? partitions[Int(content)].key : RecordReference(rawValue: content)
    }

    /// The slot of a partition.
    func slot(of key: [UInt8], token: Int64) -> Int? {
        index.find(token: token) { content in
            let reference = keyReference(content)
            let page = arena.page(reference.page)
            let range = RowRecord.key(page, at: reference.offset)
            return ValueOrder.bytes(page, range, key, key.indices) == .same
        }
    }

    /// Brings `order` up to date.
    mutating func prepareScan() {
        var updated = order
        // Freed of its second owner, else it would be copied.
        order = TokenOrder()
        updated.update(index.slots) { left, right in
            let a = self.key(of: keyReference(left))
            let b = self.key(of: keyReference(right))
            return ValueOrder.bytes(a, a.indices, b, b.indices) == .ascending
        }
        order = updated
    }

    /// The record that holds the key of a slot's partition.
    func keyRecord(ofSlot slot: Int) -> RecordReference { keyReference(index.slots[slot].content) }

    /// The static columns of a slot's partition.
    func staticRow(ofSlot slot: Int) -> RecordReference? {
        isClustered ? staticRows[Int(index.slots[slot].content)] : nil
    }

    /// The row of a slot's partition that has this clustering key.
    func row(ofSlot slot: Int, key: [UInt8]) -> RecordReference? {
        guard let rows = rows(ofSlot: slot), isClustered else {
            return rows(ofSlot: slot)?.row(at: .init(chunk: 0, index: 0))
        }
        let position = rows.firstPosition { compare($0, with: key) }
        guard let found = rows.row(at: position), compare(found, with: key) == .same else { return nil }
        return found
    }

    /// The rows of a slot's partition, in clustering order.
    func rows(ofSlot slot: Int) -> OrderedRows? {
        let content = index.slots[slot].content
        return isClustered ? partitions[Int(content)].rows : .single(RecordReference(rawValue: content))
    }
}

// MARK: - Writing

extension TableStore {
    private mutating func append(_ mutation: borrowing RowMutation, key: [UInt8], _ bytes: [UInt8]) -> RecordReference {
        arena.append(reserving: RowRecord.byteBound(mutation, key: key)) { page in
            RowRecord.encode(mutation, key: key, bytes: bytes, into: &page)
        }
    }

    /// The record that a stored one and a mutation make together.
    private mutating func merged(
        _ reference: RecordReference,
        _ mutation: borrowing RowMutation,
        key: [UInt8],
        _ bytes: [UInt8]
    ) -> RecordReference {
        // A copy of the record, so that its page has one owner while the new one is appended.
        recordBytes.removeAll(keepingCapacity: true)
        do {
            let page = arena.page(reference.page)
            let end = record.decode(page, at: reference.offset)
            recordBytes.append(contentsOf: page[reference.offset..<end])
        }
        deadByteCount += record.decode(recordBytes, at: 0)
        let stored = recordBytes
        merge.merge(record, stored, mutation, bytes)
        let origins = merge.origins
        let built = merge.builtBytes
        let row = merge.row
        return arena.append(reserving: row.encodedByteBound(keyByteCount: key.count)) { page in
            row.encode(key: key, into: &page) { cell in
                switch origins[cell] {
                case .stored: stored
                case .mutation: bytes
                case .built: built
                }
            }
        }
    }

    private mutating func addPartition(_ key: [UInt8], token: Int64) -> Int {
        var empty = RowMutation()
        empty.partitionKey = key
        let reference = append(empty, key: key, [])
        partitions.append(ClusteredPartition(key: reference))
        index.add(token: token, content: UInt64(partitions.count - 1))
        return index.slots.count - 1
    }

    private mutating func applyRow(_ mutation: borrowing RowMutation, _ bytes: [UInt8], partition number: Int) {
        if let deletion = partitions[number].deletion, mutation.timestamp <= deletion { return }
        let key = mutation.clusteringKey
        if !rangeDeletions.isEmpty, mutation.timestamp <= rangeDeletion(of: key, partition: number) { return }
        guard var rows = partitions[number].rows else {
            partitions[number].rows = .single(append(mutation, key: key, bytes))
            return
        }
        // Taken out while they change, so that their chunks have one owner.
        partitions[number].rows = nil
        let position = rows.firstPosition { compare($0, with: key) }
        if let found = rows.row(at: position), compare(found, with: key) == .same {
            rows.replace(at: position, with: merged(found, mutation, key: key, bytes))
        } else {
            rows.insert(append(mutation, key: key, bytes), at: position)
        }
        partitions[number].rows = rows
    }

    private mutating func applyStatic(_ mutation: borrowing RowMutation, _ bytes: [UInt8], partition number: Int) {
        if let deletion = partitions[number].deletion, mutation.timestamp <= deletion { return }
        if let found = staticRows[number] {
            staticRows[number] = merged(found, mutation, key: [], bytes)
        } else {
            staticRows[number] = append(mutation, key: [], bytes)
        }
    }

    /// How the row at `reference` lies to a clustering key, which may be a prefix.
    func compare(_ reference: RecordReference, with key: [UInt8]) -> ValueOrder.Result {
        let page = arena.page(reference.page)
        return clustering.compare(page, RowRecord.key(page, at: reference.offset), key, key.indices)
    }
}

// MARK: - Compaction

extension TableStore {
    /// Copies the living records to a new arena when the dead ones outweigh them.
    private mutating func compactIfWorthwhile() {
        guard deadByteCount > 16 * RecordArena.pageByteCount, deadByteCount > arena.byteCount / 2 else { return }
        let old = arena
        arena = RecordArena()
        deadByteCount = 0
        for (number, reference) in staticRows { staticRows[number] = copy(reference, from: old) }
        for slot in index.slots.indices {
            let content = index.slots[slot].content
            guard isClustered else {
                index.setContent(copy(RecordReference(rawValue: content), from: old).rawValue, ofSlot: slot)
                continue
            }
            partitions[Int(content)].key = copy(partitions[Int(content)].key, from: old)
            guard var rows = partitions[Int(content)].rows else { continue }
            partitions[Int(content)].rows = nil
            _ = rows.mapInPlace { copy($0, from: old) }
            partitions[Int(content)].rows = rows
        }
    }

    private mutating func copy(_ reference: RecordReference, from old: borrowing RecordArena) -> RecordReference {
        let page = old.page(reference.page)
        let end = record.decode(page, at: reference.offset)
        return arena.append(reserving: end - reference.offset) { target in
            target.append(contentsOf: page[reference.offset..<end])
        }
    }
}

/// A table's rows, to be changed where they lie.
///
/// The rows themselves are a value: a write then takes exclusive access to them once, not to each of their parts.
final class StoredTable {
    private(set) var store: TableStore

    init(_ store: TableStore) {
        self.store = store
    }

    /// Applies a write.
    ///
    /// Every change of every row comes by here, one after the other, with its timestamp resolved.
    func apply(_ mutation: borrowing RowMutation, bytes: [UInt8]) {
        store.apply(mutation, bytes: bytes)
    }

    /// Brings the order by tokens up to date.
    func prepareScan() { store.prepareScan() }
}
