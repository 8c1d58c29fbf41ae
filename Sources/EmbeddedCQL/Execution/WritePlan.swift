import CQLWire

/// A compiled INSERT, UPDATE or DELETE.
///
/// A class, for a load runs the same one millions of times: handing on a structure would count up and down the
/// references of all its parts for each row.
final class WritePlan: Sendable {
    enum Kind: Equatable, Sendable {
        case insert
        case update
        case deleteCells
        case deleteRow
        /// Of a table with clustering columns, when none of them is restricted.
        case deletePartition
    }

    struct Assignment: Equatable, Sendable {
        let cell: Int
        let check: ValueCheck
        /// An empty collection that is not frozen reads back as null.
        let isNullWhenEmpty: Bool
        let source: ValueSource

        init(column: Column, cell: Int, source: ValueSource) {
            self.cell = cell
            self.source = source
            check = column.check
            switch column.type {
            case .list, .set, .map: isNullWhenEmpty = true
            default: isNullWhenEmpty = false
            }
        }
    }

    /// A key column that has one value.
    private struct KeyPart: Sendable {
        let column: Column
        let source: ValueSource

        func value(_ running: borrowing RunningValues) throws(StatementError) -> Range<Int> {
            try KeyRestriction.value(source, for: column, running)
        }
    }

    let table: TableSchema
    let kind: Kind
    let partition: [KeyRestriction]
    let clustering: [KeyRestriction]
    let assignments: [Assignment]
    let timestamp: ValueSource?
    let timeToLive: ValueSource?
    let constants: [UInt8]
    /// Whether every key column has one value: then a row is written without any allocation.
    private let hasSingleKey: Bool
    private let partitionParts: [KeyPart]
    private let clusteringParts: [KeyPart]

    init(
        table: TableSchema,
        kind: Kind,
        partition: [KeyRestriction],
        clustering: [KeyRestriction],
        assignments: [Assignment],
        timestamp: ValueSource?,
        timeToLive: ValueSource?,
        constants: [UInt8]
    ) {
        self.table = table
        self.kind = kind
        self.partition = partition
        self.clustering = clustering
        self.assignments = assignments
        self.timestamp = timestamp
        self.timeToLive = timeToLive
        self.constants = constants
        partitionParts = Self.parts(partition, table.partitionKey)
        clusteringParts = Self.parts(clustering, table.clustering)
        hasSingleKey =
            kind != .deletePartition && partitionParts.count == partition.count
            && clusteringParts.count == clustering.count
    }

    private static func parts(_ restrictions: [KeyRestriction], _ columns: ArraySlice<Column>) -> [KeyPart] {
        zip(restrictions, columns).compactMap { restriction, column in
            guard case .equal(let source) = restriction else { return nil }
            return KeyPart(column: column, source: source)
        }
    }
}

extension WritePlan {
    /// Applies the write, with `scratch` as the mutation to reuse, and returns how many rows it touched.
    ///
    /// - Throws: `StatementError` (invalid) for values that do not fit; nothing is written then.
    func run(
        _ bound: BoundValues,
        defaultTimestamp: Int64,
        scratch: inout RowMutation,
        on store: inout TableStore
    ) throws(StatementError) -> Int {
        let running = RunningValues(bound, constants: constants)
        try fill(&scratch, running, defaultTimestamp: defaultTimestamp)
        if hasSingleKey {
            store.apply(scratch, bytes: running.bytes)
            return 1
        }
        let partitionKeys = try PartitionKeys.all(partition, of: table.partitionKey, running)
        if kind == .deletePartition {
            for key in partitionKeys { store.deletePartition(key, timestamp: scratch.timestamp) }
            return partitionKeys.count
        }
        let clusteringKeys = try PartitionKeys.combinations(clustering, of: table.clustering, running)
        for partitionKey in partitionKeys {
            scratch.partitionKey = partitionKey
            for values in clusteringKeys {
                scratch.clusteringKey.removeAll(keepingCapacity: true)
                for value in values { Self.append(running.bytes, value, toClustering: &scratch) }
                store.apply(scratch, bytes: running.bytes)
            }
        }
        return partitionKeys.count * clusteringKeys.count
    }

    /// Checks the values without writing, for the statements of a batch, which are refused as one.
    ///
    /// - Throws: `StatementError` (invalid) for values that do not fit.
    func check(_ bound: BoundValues, scratch: inout RowMutation) throws(StatementError) {
        let running = RunningValues(bound, constants: constants)
        try fill(&scratch, running, defaultTimestamp: 0)
        guard !hasSingleKey else { return }
        _ = try PartitionKeys.all(partition, of: table.partitionKey, running)
        _ = try PartitionKeys.combinations(clustering, of: table.clustering, running)
    }

    /// Makes the mutation, its key only where there is just one.
    private func fill(
        _ mutation: inout RowMutation,
        _ running: borrowing RunningValues,
        defaultTimestamp: Int64
    ) throws(StatementError) {
        mutation.reset(cellCount: table.cellCount)
        mutation.timestamp = try timestamp(running) ?? defaultTimestamp
        mutation.setsMarker = kind == .insert
        mutation.deletesRow = kind == .deleteRow
        try checkTimeToLive(running)
        try assign(running, to: &mutation)
        if hasSingleKey { try appendSingleKey(running, to: &mutation) }
    }

    private func appendSingleKey(
        _ running: borrowing RunningValues,
        to mutation: inout RowMutation
    ) throws(StatementError) {
        for index in partitionParts.indices {
            let value = try partitionParts[index].value(running)
            guard partitionParts.count > 1 else {
                guard !value.isEmpty else { throw PartitionKeys.empty }
                mutation.partitionKey.append(contentsOf: running.bytes[value])
                break
            }
            guard value.count <= PartitionKeys.byteLimit else { throw PartitionKeys.tooLong(value.count) }
            RoutingKey.append(running.bytes[value], to: &mutation.partitionKey)
        }
        guard mutation.partitionKey.count <= PartitionKeys.byteLimit else {
            throw PartitionKeys.tooLong(mutation.partitionKey.count)
        }
        for index in clusteringParts.indices {
            Self.append(running.bytes, try clusteringParts[index].value(running), toClustering: &mutation)
        }
    }

    private static func append(
        _ bytes: [UInt8],
        _ value: Range<Int>,
        toClustering mutation: inout RowMutation
    ) {
        mutation.clusteringKey.appendVariableLength(value.count)
        mutation.clusteringKey.append(contentsOf: bytes[value])
    }

    private func assign(_ running: borrowing RunningValues, to mutation: inout RowMutation) throws(StatementError) {
        for index in assignments.indices {
            switch running[assignments[index].source] {
            case .unset: continue
            case .null: mutation.cells[assignments[index].cell] = .remove
            case .bytes(let range):
                try assignments[index].check.check(running.bytes, range)
                mutation.cells[assignments[index].cell] = assignments[index].change(for: range, running.bytes)
            }
        }
    }

    private func timestamp(_ running: borrowing RunningValues) throws(StatementError) -> Int64? {
        guard let timestamp else { return nil }
        return try running.integer(timestamp, Int64.self, "timestamp")
    }

    private func checkTimeToLive(_ running: borrowing RunningValues) throws(StatementError) {
        guard let timeToLive, running[timeToLive] != .null else { return }
        guard let seconds = try running.integer(timeToLive, Int32.self, "TTL") else { return }
        guard seconds >= 0 else { throw .invalid("A TTL must be greater or equal to 0, but was \(seconds)") }
        guard seconds == 0 else { throw .unsupported("TTL is") }
    }
}

extension WritePlan.Assignment {
    fileprivate func change(for range: Range<Int>, _ bytes: [UInt8]) -> RowMutation.CellChange {
        guard isNullWhenEmpty, bytes.bigEndianInt32(at: range.lowerBound, before: range.upperBound) == 0 else {
            return .set(range)
        }
        return .remove
    }
}
