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
        /// Of the rows of a partition that the clustering restrictions reach.
        case deleteRange
        /// Of a table with clustering columns, when none of them is restricted.
        case deletePartition
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
    let clustering: ClusteringRestrictions
    let assignments: [Assignment]
    let staticAssignments: [Assignment]
    let timestamp: ValueSource?
    let timeToLive: ValueSource?
    let constants: StatementConstants
    /// Whether the write is about static columns alone: then it names a partition and no row.
    let isStaticOnly: Bool
    /// Whether every key column has one value: then a row is written without any allocation.
    let hasSingleKey: Bool
    /// Whether an assignment looks at the list that it changes.
    let readsLists: Bool
    private let partitionParts: [KeyPart]
    private let clusteringParts: [KeyPart]

    init(
        table: TableSchema,
        kind: Kind,
        partition: [KeyRestriction],
        clustering: ClusteringRestrictions,
        assignments: [Assignment],
        isStaticOnly: Bool,
        timestamp: ValueSource?,
        timeToLive: ValueSource?,
        constants: StatementConstants
    ) {
        self.table = table
        self.kind = kind
        self.partition = partition
        self.clustering = clustering
        self.assignments = assignments.filter { !$0.column.isStatic }
        staticAssignments = assignments.filter(\.column.isStatic)
        self.isStaticOnly = isStaticOnly
        self.timestamp = timestamp
        self.timeToLive = timeToLive
        self.constants = constants
        readsLists = assignments.contains(where: \.readsList)
        partitionParts = Self.parts(partition, table.partitionKey)
        clusteringParts = Self.parts(
            clustering.parts.compactMap { part in
                if case .single(let restriction) = part { return restriction }
                return nil
            },
            table.clustering
        )
        let namesOneRow = isStaticOnly || (clusteringParts.count == table.clusteringCount && clustering.restrictsAll)
        hasSingleKey =
            partitionParts.count == partition.count && namesOneRow && kind != .deletePartition && kind != .deleteRange
    }

    private static func parts(_ restrictions: [KeyRestriction], _ columns: ArraySlice<Column>) -> [KeyPart] {
        zip(restrictions, columns).compactMap { restriction, column in
            guard case .equal(let source) = restriction else { return nil }
            return KeyPart(column: column, source: source)
        }
    }
}

extension WritePlan {
    /// The same write with the constants of its conditions beside its own.
    func with(constants: StatementConstants) -> WritePlan {
        WritePlan(
            table: table,
            kind: kind,
            partition: partition,
            clustering: clustering,
            assignments: assignments + staticAssignments,
            isStaticOnly: isStaticOnly,
            timestamp: timestamp,
            timeToLive: timeToLive,
            constants: constants
        )
    }

    /// Applies the write, with `scratch` as the mutation to reuse, and returns how many rows it touched.
    ///
    /// - Throws: `StatementError` (invalid) for values that do not fit; nothing is written then.
    func run(
        _ bound: BoundValues,
        defaultTimestamp: Int64,
        scratch: inout RowMutation,
        on stored: StoredTable,
        _ environment: () -> RunEnvironment
    ) throws(StatementError) -> Int {
        let running = try RunningValues(bound, constants: constants, environment)
        try fill(&scratch, running, defaultTimestamp: defaultTimestamp, environment)
        guard hasSingleKey, !readsLists else {
            let decision = try decide(running, &scratch, stored, environment)
            decision.apply(to: stored)
            return decision.rowCount
        }
        if !isStaticOnly { stored.apply(scratch, bytes: running.bytes) }
        if !staticAssignments.isEmpty {
            try turnStatic(&scratch, running)
            stored.apply(scratch, bytes: running.bytes)
        }
        return 1
    }

    /// Checks the values without writing, for the statements of a batch, which are refused as one.
    ///
    /// - Throws: `StatementError` (invalid) for values that do not fit.
    func check(
        _ bound: BoundValues,
        scratch: inout RowMutation,
        _ environment: () -> RunEnvironment
    ) throws(StatementError) {
        let running = try RunningValues(bound, constants: constants, environment)
        try fill(&scratch, running, defaultTimestamp: 0, environment)
        if !staticAssignments.isEmpty { try turnStatic(&scratch, running) }
        guard !hasSingleKey else { return }
        _ = try PartitionKeys.all(partition, of: table.partitionKey, running)
        _ = try clustering.ranges(of: table, table.clusteringOrder, running)
    }

    /// What a write does, with everything that can be wrong with it behind it.
    struct Decision {
        fileprivate var mutations: [RowMutation] = []
        fileprivate let bytes: [UInt8]
        fileprivate(set) var rowCount = 0

        func apply(to stored: StoredTable) {
            for mutation in mutations { stored.apply(mutation, bytes: bytes) }
        }
    }

    /// Decides what the write does to the rows as they are, and changes nothing.
    ///
    /// - Throws: `StatementError` (invalid) for values that do not fit, and elements that a list has not.
    func decision(
        _ bound: BoundValues,
        defaultTimestamp: Int64,
        scratch: inout RowMutation,
        on stored: StoredTable,
        _ environment: () -> RunEnvironment
    ) throws(StatementError) -> Decision {
        let running = try RunningValues(bound, constants: constants, environment)
        try fill(&scratch, running, defaultTimestamp: defaultTimestamp, environment)
        return try decide(running, &scratch, stored, environment)
    }

    /// A write of several rows, of a range, or of lists that are looked at.
    private func decide(
        _ running: RunningValues,
        _ scratch: inout RowMutation,
        _ stored: StoredTable,
        _ environment: () -> RunEnvironment
    ) throws(StatementError) -> Decision {
        var decision = Decision(bytes: running.bytes)
        let partitionKeys = try PartitionKeys.all(partition, of: table.partitionKey, running)
        let ranges = try clustering.ranges(of: table, stored.store.clustering, running)
        var rowMutation = scratch
        // A range deletion ends before its static part would begin: the grammar keeps them apart.
        for partitionKey in partitionKeys {
            for range in isStaticOnly ? [] : ranges {
                scratch = rowMutation
                scratch.partitionKey = partitionKey
                switch kind {
                case .deletePartition: scratch.target = .partition
                case .deleteRange: scratch.target = .range(range)
                case .insert, .update, .deleteCells, .deleteRow: scratch.clusteringKey = range.start.key
                }
                try changeLists(&scratch, assignments, running, stored, environment)
                decision.mutations.append(scratch)
            }
            guard !staticAssignments.isEmpty else { continue }
            rowMutation.partitionKey = partitionKey
            scratch = rowMutation
            try turnStatic(&scratch, running)
            try changeLists(&scratch, staticAssignments, running, stored, environment)
            decision.mutations.append(scratch)
        }
        decision.rowCount = partitionKeys.count * (isStaticOnly ? 1 : ranges.count)
        return decision
    }

    /// Where the one row that the write names lies: what a condition looks at.
    ///
    /// - Throws: `StatementError` (invalid) for values that no key can have.
    func key(
        _ bound: BoundValues,
        _ environment: () -> RunEnvironment
    ) throws(StatementError) -> (partition: [UInt8], clustering: [UInt8]) {
        let running = try RunningValues(bound, constants: constants, environment)
        var mutation = RowMutation()
        try appendSingleKey(running, to: &mutation)
        return (mutation.partitionKey, mutation.clusteringKey)
    }
}

// MARK: - Filling the mutation

extension WritePlan {
    /// Makes the mutation of the row, its key only where there is just one.
    private func fill(
        _ mutation: inout RowMutation,
        _ running: borrowing RunningValues,
        defaultTimestamp: Int64,
        _ environment: () -> RunEnvironment
    ) throws(StatementError) {
        mutation.reset(cellCount: table.cellCount)
        let timestamp = try timestamp(running) ?? defaultTimestamp
        // Nothing can be older, which the deletion before a new collection has to be.
        guard timestamp != .min else {
            throw .invalid("Out of bound timestamp, must be in [\(Int64.min + 1), \(Int64.max)]")
        }
        mutation.liveness = Liveness(timestamp)
        if timeToLive != nil || table.options.defaultTimeToLive != 0 {
            try setTimeToLive(of: &mutation, running, environment)
        }
        mutation.setsMarker = kind == .insert
        mutation.deletesRow = kind == .deleteRow
        try assign(assignments, running, to: &mutation)
        if hasSingleKey { try appendSingleKey(running, to: &mutation) }
    }

    /// Looks at the fields of an assignment one by one: to hand on the whole would count the references of its parts.
    private func assign(
        _ assignments: [Assignment],
        _ running: borrowing RunningValues,
        to mutation: inout RowMutation
    ) throws(StatementError) {
        for index in assignments.indices {
            guard assignments[index].isSimple else {
                try assignments[index].applyComplex(to: &mutation, running)
                continue
            }
            switch running[assignments[index].source] {
            case .unset: continue
            case .null: mutation.cells[assignments[index].cell] = .remove
            case .bytes(let range):
                try assignments[index].check.check(running.bytes, range)
                mutation.cells[assignments[index].cell] = .set(range)
            }
        }
    }

    /// Turns the mutation of the row into that of the partition's static columns.
    private func turnStatic(_ mutation: inout RowMutation, _ running: borrowing RunningValues) throws(StatementError) {
        mutation.target = .staticRow
        mutation.clusteringKey.removeAll(keepingCapacity: true)
        mutation.complexChanges.removeAll(keepingCapacity: true)
        mutation.setsMarker = false
        mutation.deletesRow = false
        mutation.cells = [RowMutation.CellChange](repeating: .keep, count: table.staticCellCount)
        try assign(staticAssignments, running, to: &mutation)
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
        guard !isStaticOnly else { return }
        var byteCount = 0
        for index in clusteringParts.indices {
            let value = try clusteringParts[index].value(running)
            byteCount += value.count
            mutation.clusteringKey.appendVariableLength(value.count)
            mutation.clusteringKey.append(contentsOf: running.bytes[value])
        }
        guard byteCount <= PartitionKeys.byteLimit else { throw PartitionKeys.tooLong(byteCount) }
    }

    private func timestamp(_ running: borrowing RunningValues) throws(StatementError) -> Int64? {
        guard let timestamp else { return nil }
        return try running.integer(timestamp, Int64.self, "timestamp")
    }

    private func setTimeToLive(
        of mutation: inout RowMutation,
        _ running: borrowing RunningValues,
        _ environment: () -> RunEnvironment
    ) throws(StatementError) {
        var seconds = table.options.defaultTimeToLive
        if let timeToLive {
            if running[timeToLive] == .null {
                seconds = 0
            } else if let given = try running.integer(timeToLive, Int32.self, "TTL") {
                guard given >= 0 else { throw .invalid("A TTL must be greater or equal to 0, but was \(given)") }
                guard given <= TableOptions.timeToLiveLimit else {
                    throw .invalid(
                        "ttl is too large. requested (\(given)) maximum (\(TableOptions.timeToLiveLimit))"
                    )
                }
                seconds = given
            }
        }
        guard seconds > 0 else { return }
        let now = environment().seconds
        mutation.liveness = Liveness(
            timestamp: mutation.timestamp,
            timeToLive: seconds,
            expiry: now + Int64(seconds)
        )
    }
}

// MARK: - Lists

extension WritePlan {
    /// Adds what assignments do to the elements of lists, which depends on the list as it is.
    private func changeLists(
        _ mutation: inout RowMutation,
        _ assignments: [Assignment],
        _ running: RunningValues,
        _ stored: StoredTable,
        _ environment: () -> RunEnvironment
    ) throws(StatementError) {
        guard readsLists, assignments.contains(where: \.readsList) else { return }
        var row = RowView(now: environment().seconds)
        let token = Token(routingKey: mutation.partitionKey).rawValue
        if let slot = stored.store.slot(of: mutation.partitionKey, token: token) {
            row.enterPartition(slot, of: table, in: stored.store)
            if mutation.target == .row, let reference = stored.store.row(ofSlot: slot, key: mutation.clusteringKey) {
                row.enterRow(reference, of: table, in: stored.store)
            }
        }
        for assignment in assignments where assignment.readsList {
            let live = row.complexCell(of: assignment.column)?.elements.filter { $0.isLive(at: row.now) } ?? []
            try assignment.changeList(live, in: &mutation, running)
        }
    }
}
