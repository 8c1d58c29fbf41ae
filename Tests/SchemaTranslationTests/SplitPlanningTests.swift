import SchemaTranslation
import Testing

@Suite struct SplitPlanningTests {
    private func splits(pages: [Int], bytes: [Int]? = nil, foreign: Bool = false, readers: Int) throws -> [CopySplit] {
        let leaves = pages.enumerated().map { index, count in
            Relation(
                oid: 1,
                name: QualifiedName("shop", "leaf\(index)"),
                pageCount: count,
                byteCount: bytes?[index] ?? count * 8192,
                isForeign: foreign
            )
        }
        let table = SampleSchemas.table("t", [("id", Types.integer)], key: ["id"], leaves: leaves)
        let plan = try MigrationPlan(of: SampleSchemas.schema([table]), for: PlanRequest(keyspace: "k"))
        return try #require(plan.tables.first).splits(readerCount: readers)
    }

    @Test(arguments: [0, 1, 2047, 2048]) func smallRelationsAreReadWhole(_ pages: Int) throws {
        #expect(try splits(pages: [pages], readers: 8).map(\.pages) == [nil])
    }

    @Test func largeRelationsGiveEveryReaderFour() throws {
        let ranges = try splits(pages: [1_000_000], readers: 4).map(\.pages)
        #expect(ranges.count == 16)
        #expect(ranges.first == PageRange(start: 0, end: 62_500))
        #expect(ranges.last == PageRange(start: 937_500, end: nil))
    }

    @Test(arguments: [(2049, 1), (12_345, 3), (4_294_967_295, 7), (99_999_999_999, 2)])
    func rangesMeetAndTheLastIsOpen(_ pages: Int, _ readers: Int) throws {
        let ranges = try splits(pages: [pages], readers: readers).map { try #require($0.pages) }
        #expect(ranges.first?.start == 0)
        for (range, next) in zip(ranges, ranges.dropFirst()) {
            #expect(range.end == next.start)
            #expect(range.start < next.start)
        }
        #expect(ranges.last?.end == nil)
    }

    @Test func valuesOutOfLineCountToo() throws {
        #expect(try splits(pages: [100], bytes: [160 << 20], readers: 1).count == 4)
        #expect(try splits(pages: [3], bytes: [1 << 40], readers: 4).count == 3)
    }

    @Test func foreignLeavesAreReadWhole() throws {
        #expect(try splits(pages: [100_000], foreign: true, readers: 4).map(\.pages) == [nil])
    }

    @Test func absurdFiguresDoNotTrap() throws {
        #expect(try splits(pages: [-5], bytes: [-5], readers: -1).count == 1)
        #expect(try splits(pages: [.max, .max], bytes: [.max, .max], readers: .max).count <= 200_000)
    }

    @Test func everyLeafIsCovered() throws {
        let relations = try splits(pages: [10, 5000, 0], readers: 2).map(\.relation.name)
        #expect(relations == ["leaf0", "leaf1", "leaf1", "leaf1", "leaf2"])
    }
}
