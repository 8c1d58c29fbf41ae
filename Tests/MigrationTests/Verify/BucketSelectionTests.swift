import Testing

@testable import Migration

@Suite struct BucketSelectionTests {
    private func difference(_ index: Int, _ source: Int, _ target: Int, bytes: Int = 1000) -> BucketDifference {
        BucketDifference(index: index, sourceRowCount: source, targetRowCount: target, byteCount: bytes)
    }

    private func selection(
        _ differences: [BucketDifference],
        bytes: Int = 1 << 20,
        examples: Int = 10
    ) -> BucketSelection {
        BucketSelection(of: differences, bitCount: 8, byteLimit: bytes, exampleLimit: examples)
    }

    private func examined(_ selection: BucketSelection) -> [Int] {
        (0..<256).filter { selection.contains(keyDigest: UInt64($0) << 56) }
    }

    @Test func everythingThatFitsIsLookedInto() {
        let selection = selection([
            difference(0, 3, 3), difference(63, 2, 0), difference(64, 0, 1), difference(255, 4, 5),
        ])
        #expect(examined(selection) == [0, 63, 64, 255])
        #expect(selection.examinedCount == 4)
        #expect(selection.unexaminedCount == 0)
        #expect(selection.missingElsewhere == 0 && selection.extraElsewhere == 0)
    }

    @Test func whatDoesNotFitIsCountedByItsNumbers() {
        let big = 1 << 19
        let selection = selection([
            difference(1, 10, 4, bytes: big), difference(2, 5, 5, bytes: big), difference(3, 5, 9, bytes: 100),
            difference(4, 0, 6, bytes: big),
        ])
        #expect(examined(selection) == [2, 3])
        #expect(selection.unexaminedCount == 1)
        // A bucket with rows on one side only is counted exactly without being read.
        #expect(selection.extraElsewhere == 6)
        #expect(selection.missingElsewhere == 6)
    }

    @Test func ofOneSidedBucketsOnlyExamplesAreRead() {
        let differences = (0..<100).map { difference($0, 7, 0) } + (100..<200).map { difference($0, 0, 1) }
        let selection = selection(differences, examples: 10)
        #expect(examined(selection) == [0, 1] + Array(100..<110))
        #expect(selection.missingElsewhere == 98 * 7)
        #expect(selection.extraElsewhere == 90)
        #expect(selection.unexaminedCount == 0)
    }

    @Test func nothingToShowNeedsNoRows() {
        let selection = selection([difference(0, 7, 0)], examples: 0)
        #expect(selection.examinedCount == 0)
        #expect(selection.missingElsewhere == 7)
    }
}
