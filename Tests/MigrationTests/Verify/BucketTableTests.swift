import TestSupport
import Testing

@testable import Migration

@Suite struct BucketTableTests {
    private struct Row {
        var key: UInt64
        var digest: UInt128
    }

    private static func rows(_ count: Int, seed: UInt64) -> [Row] {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { _ in
            Row(key: random.next(), digest: UInt128(random.next()) << 64 | UInt128(random.next()))
        }
    }

    private static func table(_ rows: some Sequence<Row>, bitCount: Int = 4) -> BucketTable {
        var table = BucketTable(bitCount: bitCount)
        for row in rows { table.add(keyDigest: row.key, rowDigest: row.digest, byteCount: 10) }
        return table
    }

    @Test func orderAndPartsDoNotMatter() {
        let rows = Self.rows(500, seed: 1)
        let whole = Self.table(rows)
        var inParts = Self.table(rows[300...].reversed())
        inParts.add(Self.table(rows[..<100]))
        inParts.add(Self.table(rows[100..<300]))
        #expect(inParts == whole)
        #expect(whole.rowCount == 500)
        #expect(BucketTable.differences(source: whole, target: inParts) == [])
    }

    @Test(arguments: [1, 10, 16])
    func theBucketIsMadeOfTheUpperBits(bitCount: Int) {
        #expect(BucketTable.index(.max, bitCount: bitCount) == 1 << bitCount - 1)
        #expect(BucketTable.index(0, bitCount: bitCount) == 0)
        #expect(BucketTable.index(1 << 63, bitCount: bitCount) == 1 << (bitCount - 1))
    }

    @Test func aChangedRowShowsInItsBucketOnly() {
        let rows = Self.rows(500, seed: 2)
        var changed = rows
        changed[17].digest ^= 1
        let differences = BucketTable.differences(source: Self.table(rows), target: Self.table(changed))
        #expect(differences.map(\.index) == [BucketTable.index(rows[17].key, bitCount: 4)])
        #expect(differences.map(\.isOneSided) == [false])
    }

    @Test func aMissingRowShowsInTheCounts() throws {
        let rows = Self.rows(3, seed: 3)
        let differences = BucketTable.differences(source: Self.table(rows), target: Self.table(rows.dropLast()))
        let difference = try #require(differences.first)
        #expect(difference.sourceRowCount == difference.targetRowCount + 1)
        #expect(differences.count == 1)
    }

    /// The sum alone would not notice a row whose digest is zero.
    @Test func countsAreComparedToo() {
        let row = Row(key: 5, digest: 0)
        #expect(BucketTable.differences(source: Self.table([row]), target: Self.table([])).count == 1)
    }
}
