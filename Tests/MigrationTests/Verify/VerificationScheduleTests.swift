import SchemaTranslation
import Testing
import WireKit

@testable import Migration

@Suite struct VerificationScheduleTests {
    /// A table whose rows are an integer key and a text, read by hand.
    private static func plan(_ name: String, pages: Int = 1) -> TablePlan {
        var plan = makePlan([(.int, .identical), (.text, .identical)])
        plan.source = QualifiedName("public", name)
        plan.leaves = [Relation(oid: 1, name: plan.source, pageCount: pages, byteCount: pages * 8192)]
        return plan
    }

    private let key = DigestKey.random()

    /// Reads everything that the schedule asks for, from rows that the test holds.
    private func verify(
        _ schedule: inout VerificationSchedule,
        source: [[[UInt8]?]],
        target: [[[UInt8]?]],
        targetAfterwards: [[[UInt8]?]]? = nil
    ) throws {
        var isOver = (source: false, target: false)
        while !isOver.source || !isOver.target {
            switch schedule.nextSplit() {
            case .over: isOver.source = true
            case .wait: break
            case .task(let task):
                // The first split has all rows, the others none.
                let isFirst = (task.part.pages?.start ?? 0) == 0
                let rows = isFirst ? source : []
                switch task.reading {
                case .digests(let bitCount):
                    schedule.finishSplit(task.table, try digests(rows, bitCount), VerificationSchedule.Rejections())
                case .rows(let selection, let allowance):
                    let kept = try kept(rows, selection, allowance)
                    if let evidence = schedule.finishSplit(task.table, kept) { try conclude(&schedule, evidence) }
                }
            }
            switch schedule.nextRange() {
            case .over: isOver.target = true
            case .wait: break
            case .task(let task):
                let isFirst = task.part.lowerBound == .min
                switch task.reading {
                case .digests(let bitCount):
                    schedule.finishRange(task.table, try digests(isFirst ? target : [], bitCount))
                case .rows(let selection, let allowance):
                    let rows = isFirst ? targetAfterwards ?? target : []
                    let kept = try kept(rows, selection, allowance)
                    if let evidence = schedule.finishRange(task.table, kept) { try conclude(&schedule, evidence) }
                }
            }
        }
    }

    private func digests(_ rows: [[[UInt8]?]], _ bitCount: Int) throws -> BucketTable {
        var sink = DigestSink(key: key, bitCount: bitCount)
        try feed(rows, to: &sink)
        return sink.table
    }

    private func kept(
        _ rows: [[[UInt8]?]],
        _ selection: BucketSelection,
        _ allowance: RowAllowance
    ) throws -> CollectedRows {
        var sink = CollectingSink(selection: selection, allowance: allowance)
        try feed(rows, to: &sink)
        return sink.rows
    }

    private func feed(_ rows: [[[UInt8]?]], to sink: inout some CanonicalRowSink) throws {
        let loop = TargetRowLoop(Self.plan("t"), key: key)
        let content = rows.flatMap(CanonicalRows.row)
        try loop.consume(content[...], rowCount: rows.count, columnCount: 2, into: &sink)
    }

    private func conclude(
        _ schedule: inout VerificationSchedule,
        _ evidence: VerificationSchedule.Evidence
    ) throws {
        let classification = try RowClassification(
            source: evidence.source,
            target: evidence.target,
            plan: Self.plan("t"),
            exampleLimit: 10
        )
        schedule.conclude(evidence.table, evidence.isComplete ? classification : nil)
    }

    private static func rows(_ range: ClosedRange<Int32>, _ text: String = "a") -> [[[UInt8]?]] {
        range.map { [CopyStream.bytes($0), Array(text.utf8)] }
    }

    private func schedule(_ plans: [TablePlan], evidenceByteCount: Int = 64 << 20) -> VerificationSchedule {
        var limits = VerificationSchedule.Limits()
        limits.evidenceByteCount = evidenceByteCount
        limits.openTableCount = 2
        return VerificationSchedule(plans.map { TableState($0, readerCount: 2, exampleLimit: 10) }, limits: limits)
    }

    private func comparison(_ schedule: VerificationSchedule, _ table: Int = 0) throws -> TableComparison {
        try #require(try schedule.tables[table].outcome?.get())
    }

    @Test func equalSidesAreReadOnce() throws {
        var schedule = schedule([Self.plan("t"), Self.plan("u", pages: 10_000), Self.plan("v")])
        try verify(&schedule, source: Self.rows(1...100), target: Self.rows(1...100).reversed())
        for table in 0..<3 {
            let found = try comparison(schedule, table)
            #expect(found.isEqual)
            #expect(found.sourceRowCount == 100 && found.targetRowCount == 100)
        }
    }

    @Test func largeTablesComeFirstAndInParts() throws {
        var schedule = schedule([Self.plan("small"), Self.plan("large", pages: 10_000)])
        guard case .task(let split) = schedule.nextSplit(), case .task(let range) = schedule.nextRange() else {
            Issue.record("nothing to read")
            return
        }
        #expect(split.table == 1 && range.table == 1)
        #expect(schedule.tables[1].ranges.count == 32)
        #expect(schedule.tables[0].ranges == [TokenRange(lowerBound: .min, upperBound: .max)])
    }

    @Test func differencesAreFoundInTheSecondReading() throws {
        var schedule = schedule([Self.plan("t", pages: 10_000)])
        try verify(
            &schedule,
            source: Self.rows(1...1000),
            target: Self.rows(2...999) + Self.rows(1000...1000, "b") + Self.rows(1001...1002)
        )
        let found = try comparison(schedule)
        #expect(found.missingCount == 1 && found.extraCount == 2 && found.differingCount == 1)
        #expect(!found.areCountsLowerBounds)
        #expect(found.examples.count == 4)
    }

    @Test func anEmptyTargetIsCountedExactly() throws {
        var schedule = schedule([Self.plan("t")])
        try verify(&schedule, source: Self.rows(1...10_000), target: [])
        let found = try comparison(schedule)
        #expect(found.missingCount == 10_000)
        #expect(!found.areCountsLowerBounds)
        #expect(found.examples.count == 10)
    }

    @Test func whatDoesNotFitIntoMemoryIsALowerBound() throws {
        var schedule = schedule([Self.plan("t")], evidenceByteCount: 5000)
        try verify(&schedule, source: Self.rows(1...5000), target: Self.rows(1...5000, "b"))
        let found = try comparison(schedule)
        #expect(found.areCountsLowerBounds)
        #expect(found.differingCount > 0 && found.differingCount < 5000)
    }

    @Test func aTargetThatChangesMeanwhileIsNotCalledEqual() throws {
        var schedule = schedule([Self.plan("t")])
        try verify(
            &schedule,
            source: Self.rows(1...100),
            target: Self.rows(1...99),
            targetAfterwards: Self.rows(1...100)
        )
        let found = try comparison(schedule)
        #expect(found.changedMeanwhile && !found.isEqual)
    }

    @Test func aFailureIsTheTablesOwn() throws {
        var schedule = schedule([Self.plan("t"), Self.plan("u")])
        schedule.fail(0, MigrationError(.source, "gone"))
        schedule.fail(0, MigrationError(.source, "later"))
        try verify(&schedule, source: Self.rows(1...3), target: Self.rows(1...3))
        #expect(throws: MigrationError.self) { try schedule.tables[0].outcome?.get() }
        #expect(try comparison(schedule, 1).isEqual)
    }
}
