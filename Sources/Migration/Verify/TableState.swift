import SchemaTranslation

/// One table on its way through a verification.
struct TableState: Sendable {
    /// Who enters a phase and when.
    private enum Phase: Sendable {
        /// Not begun. Next: digesting, over.
        case waiting
        /// Read for the first time. Next: suspected when the sums differ, else over.
        case digesting(source: BucketTable, target: BucketTable)
        /// Waits for its turn to be read again. Next: collecting, or over when no bucket can be looked into.
        case suspected([BucketDifference])
        /// Read for the second time. Next: classifying.
        case collecting(BucketSelection, RowAllowance, source: CollectedRows, target: CollectedRows)
        /// A reader compares the rows. Next: over.
        case classifying(BucketSelection)
        case over(Result<TableComparison, MigrationError>)
    }

    let plan: TablePlan
    let splits: [CopySplit]
    let ranges: [TokenRange]
    let bitCount: Int
    let exampleLimit: Int
    private var phase = Phase.waiting
    private var comparison = TableComparison()
    private var nextSplit = 0
    private var nextRange = 0
    private var unfinishedCount = 0

    /// A table of at most this size gets fewer buckets.
    private static let smallTableByteCount = TablePlan.minimumSplitByteCount

    /// - Parameters:
    ///   - plan: the table.
    ///   - readerCount: sessions that will share the source's splits.
    ///   - boundaries: tokens at which the ring's owners change.
    ///   - exampleLimit: rows of each kind to show.
    ///   - failure: why it cannot be verified, if that is known beforehand.
    init(
        _ plan: TablePlan,
        readerCount: Int,
        boundaries: [Int64] = [],
        exampleLimit: Int,
        failure: MigrationError? = nil
    ) {
        let isSmall = plan.byteCount <= Self.smallTableByteCount
        self.plan = plan
        self.exampleLimit = exampleLimit
        splits = plan.splits(readerCount: readerCount)
        ranges = TokenRange.ring(dividedInto: isSmall ? 1 : Self.rangeCount(readerCount), at: boundaries)
        bitCount = isSmall ? 10 : 16
        if let failure { phase = .over(.failure(failure)) }
    }

    /// So many that all readers are busy until the end; a power of two, so that no range reaches into two tablets.
    private static func rangeCount(_ readerCount: Int) -> Int {
        let wanted = min(16 * readerCount, 4096)
        return 1 << (Int.bitWidth - (wanted - 1).leadingZeroBitCount)
    }

    // MARK: State

    var isWaiting: Bool { if case .waiting = phase { true } else { false } }
    var isDigesting: Bool { if case .digesting = phase { true } else { false } }
    var isSuspected: Bool { if case .suspected = phase { true } else { false } }
    var isCollecting: Bool {
        switch phase {
        case .collecting, .classifying: true
        case .waiting, .digesting, .suspected, .over: false
        }
    }
    var isOver: Bool { outcome != nil }

    /// How the table came out; nil before.
    var outcome: Result<TableComparison, MigrationError>? {
        if case .over(let outcome) = phase { outcome } else { nil }
    }

    /// What readers of this table do at the moment; nil when there is nothing to read.
    var reading: VerificationSchedule.Reading? {
        switch phase {
        case .digesting: .digests(bitCount: bitCount)
        case .collecting(let selection, let allowance, _, _): .rows(selection, allowance)
        case .waiting, .suspected, .classifying, .over: nil
        }
    }

    // MARK: Handing out

    mutating func takeSplit() -> CopySplit? {
        guard nextSplit < splits.count else { return nil }
        nextSplit += 1
        return splits[nextSplit - 1]
    }

    mutating func takeRange() -> TokenRange? {
        guard nextRange < ranges.count else { return nil }
        nextRange += 1
        return ranges[nextRange - 1]
    }

    private mutating func startOver() {
        nextSplit = 0
        nextRange = 0
        unfinishedCount = splits.count + ranges.count
    }

    // MARK: First reading

    mutating func open() {
        startOver()
        phase = .digesting(source: BucketTable(bitCount: bitCount), target: BucketTable(bitCount: bitCount))
    }

    mutating func add(source digests: BucketTable, _ rejections: VerificationSchedule.Rejections) {
        guard case .digesting(var source, let target) = phase else { return }
        phase = .waiting
        source.add(digests)
        comparison.unrepresentableCount += rejections.count
        comparison.examples += rejections.examples.prefix(max(0, exampleLimit - comparison.examples.count))
        finishPart(source, target)
    }

    mutating func add(target digests: BucketTable) {
        guard case .digesting(let source, var target) = phase else { return }
        phase = .waiting
        target.add(digests)
        finishPart(source, target)
    }

    private mutating func finishPart(_ source: BucketTable, _ target: BucketTable) {
        unfinishedCount -= 1
        if unfinishedCount > 0 {
            phase = .digesting(source: source, target: target)
            return
        }
        comparison.sourceRowCount = source.rowCount + comparison.unrepresentableCount
        comparison.targetRowCount = target.rowCount
        let differences = BucketTable.differences(source: source, target: target)
        phase = differences.isEmpty ? .over(.success(comparison)) : .suspected(differences)
    }

    // MARK: Second reading

    /// Chooses what to look into.
    mutating func collect(byteLimit: Int) {
        guard case .suspected(let differences) = phase else { return }
        let selection = BucketSelection(
            of: differences,
            bitCount: bitCount,
            byteLimit: byteLimit,
            exampleLimit: exampleLimit
        )
        if selection.examinedCount == 0 {
            phase = .classifying(selection)
            conclude(nil)
            return
        }
        startOver()
        // Rows that were added meanwhile may find room too.
        let allowance = RowAllowance(byteCount: byteLimit + byteLimit / 2)
        phase = .collecting(selection, allowance, source: CollectedRows(), target: CollectedRows())
    }

    mutating func add(sourceRows rows: CollectedRows, index: Int) -> VerificationSchedule.Evidence? {
        guard case .collecting(let selection, let allowance, var source, let target) = phase else { return nil }
        phase = .classifying(selection)
        source.append(rows)
        return finishPart(selection, allowance, source, target, index)
    }

    mutating func add(targetRows rows: CollectedRows, index: Int) -> VerificationSchedule.Evidence? {
        guard case .collecting(let selection, let allowance, let source, var target) = phase else { return nil }
        phase = .classifying(selection)
        target.append(rows)
        return finishPart(selection, allowance, source, target, index)
    }

    private mutating func finishPart(
        _ selection: BucketSelection,
        _ allowance: RowAllowance,
        _ source: CollectedRows,
        _ target: CollectedRows,
        _ index: Int
    ) -> VerificationSchedule.Evidence? {
        unfinishedCount -= 1
        if unfinishedCount > 0 {
            phase = .collecting(selection, allowance, source: source, target: target)
            return nil
        }
        return VerificationSchedule.Evidence(
            table: index,
            source: source,
            target: target,
            isComplete: !allowance.isExceeded
        )
    }

    mutating func conclude(_ classification: RowClassification?) {
        guard case .classifying(let selection) = phase else { return }
        comparison.missingCount = selection.missingElsewhere
        comparison.extraCount = selection.extraElsewhere
        comparison.unexaminedPartCount = selection.unexaminedCount
        if let classification {
            comparison.missingCount += classification.missingCount
            comparison.extraCount += classification.extraCount
            comparison.differingCount = classification.differingCount
            comparison.examples += classification.examples
            let found = comparison.missingCount + comparison.extraCount + comparison.differingCount
            comparison.changedMeanwhile = found == 0 && selection.unexaminedCount == 0
        } else {
            comparison.unexaminedPartCount += selection.examinedCount
        }
        phase = .over(.success(comparison))
    }

    /// The first reason counts.
    mutating func fail(_ error: MigrationError) {
        if !isOver { phase = .over(.failure(error)) }
    }
}
