import SchemaTranslation

/// Which part of which table is read next, on either side, and what comes of the parts: a value without clocks, locks
/// or connections.
///
/// A table is read once, in parts, on both sides at the same time. If its sides differ, it waits for its turn to be
/// read again for the rows of the buckets that differ; one table at a time does that, since rows take memory.
struct VerificationSchedule: Sendable {
    /// What a reader does with the rows of its part.
    enum Reading: Sendable {
        /// Sums their digests.
        case digests(bitCount: Int)
        /// Keeps those of some buckets.
        case rows(BucketSelection, RowAllowance)
    }

    /// A part of a table to be read on one side.
    struct Task<Part: Sendable>: Sendable {
        let table: Int
        let part: Part
        let reading: Reading
    }

    /// What a reader is told.
    enum Next<Part: Sendable>: Sendable {
        case task(Task<Part>)
        /// Nothing at the moment, but there may be.
        case wait
        case over
    }

    /// What a part of the source came to beside its rows.
    struct Rejections: Sendable {
        var count = 0
        var examples: [RowDifference] = []
    }

    /// All rows of the differing buckets of a table, to be compared.
    struct Evidence: Sendable {
        let table: Int
        let source: CollectedRows
        let target: CollectedRows
        let isComplete: Bool
    }

    private(set) var tables: [TableState]
    /// Tables in the order in which they are begun.
    private let order: [Int]
    private let limits: Limits

    /// How much memory may be used.
    struct Limits: Sendable {
        /// Tables whose sums are kept at a time.
        var openTableCount = 8
        /// Bytes for the rows of differing buckets.
        var evidenceByteCount = 64 << 20
    }

    /// Large tables first, so that no reader is left alone with the largest at the end.
    init(_ tables: [TableState], limits: Limits = Limits()) {
        self.tables = tables
        self.limits = limits
        order = tables.indices.sorted { tables[$0].plan.byteCount > tables[$1].plan.byteCount }
    }

    // MARK: Handing out

    /// The next part of the source to be read.
    mutating func nextSplit() -> Next<CopySplit> {
        next { $0.takeSplit() }
    }

    /// The next part of the target to be read.
    mutating func nextRange() -> Next<TokenRange> {
        next { $0.takeRange() }
    }

    private mutating func next<Part: Sendable>(_ take: (inout TableState) -> Part?) -> Next<Part> {
        openTables()
        for table in order {
            guard let reading = tables[table].reading, let part = take(&tables[table]) else { continue }
            return .task(Task(table: table, part: part, reading: reading))
        }
        return tables.allSatisfy(\.isOver) ? .over : .wait
    }

    private mutating func openTables() {
        if !tables.contains(where: \.isCollecting), let next = order.first(where: { tables[$0].isSuspected }) {
            tables[next].collect(byteLimit: limits.evidenceByteCount)
        }
        var openCount = tables.count(where: \.isDigesting)
        for table in order where openCount < limits.openTableCount && tables[table].isWaiting {
            tables[table].open()
            openCount += 1
        }
    }

    // MARK: Taking in

    /// A split was read for the first time.
    mutating func finishSplit(_ table: Int, _ digests: BucketTable, _ rejections: Rejections) {
        tables[table].add(source: digests, rejections)
    }

    /// A token range was read for the first time.
    mutating func finishRange(_ table: Int, _ digests: BucketTable) {
        tables[table].add(target: digests)
    }

    /// A split was read for the second time; evidence when it was the last part.
    mutating func finishSplit(_ table: Int, _ rows: CollectedRows) -> Evidence? {
        tables[table].add(sourceRows: rows, index: table)
    }

    /// A token range was read for the second time; evidence when it was the last part.
    mutating func finishRange(_ table: Int, _ rows: CollectedRows) -> Evidence? {
        tables[table].add(targetRows: rows, index: table)
    }

    /// The rows of a table's differing buckets were compared; nil when they were too many to be kept.
    mutating func conclude(_ table: Int, _ classification: RowClassification?) {
        tables[table].conclude(classification)
    }

    /// A table cannot be read; the first reason counts.
    mutating func fail(_ table: Int, _ error: MigrationError) {
        tables[table].fail(error)
    }
}
