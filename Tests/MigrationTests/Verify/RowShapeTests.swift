import SchemaTranslation
import TestSupport
import Testing
import WireKit

@testable import Migration

@Suite struct RowShapeTests {
    private static let plan = makePlan([(.int, .identical), (.text, .identical), (.blob, .identical)], keyCount: 2)
    private static let rows: [[[UInt8]?]] = [
        [[0, 0, 0, 1], [97], nil], [[0, 0, 0, 2], [], []], [[0, 0, 0, 3], [98, 99], [1, 2, 3]],
    ]

    private func read(_ content: [UInt8], rowCount: Int, columnCount: Int = 3) throws -> RecordingSink {
        var random = SeededRandom(seed: 1)
        let loop = TargetRowLoop(Self.plan, key: DigestKey(using: &random))
        var sink = RecordingSink()
        try loop.consume(content[...], rowCount: rowCount, columnCount: columnCount, into: &sink)
        return sink
    }

    @Test func pagesFallApartIntoRows() throws {
        let rows = Self.rows.map(CanonicalRows.row)
        #expect(try read(rows.flatMap(\.self), rowCount: 3).rows == rows)
        #expect(try read([], rowCount: 0).rows == [])
    }

    @Test func theKeyAloneDecidesTheBucket() throws {
        func digest(_ values: [[UInt8]?]) throws -> UInt64 {
            try #require(try read(CanonicalRows.row(values), rowCount: 1).keyDigests.first)
        }
        let digest1 = try digest([[0, 0, 0, 1], [97], nil])
        #expect(try digest([[0, 0, 0, 1], [97], [5]]) == digest1)
        #expect(try digest([[0, 0, 0, 1], [98], nil]) != digest1)
        #expect(try digest([[0, 0, 0, 2], [97], nil]) != digest1)
    }

    @Test func whatIsCutOffOrLeftOverIsRefused() throws {
        let content = Self.rows.flatMap(CanonicalRows.row)
        for count in 0..<content.count {
            #expect(throws: WireError.self) { try read(Array(content.prefix(count)), rowCount: 3) }
        }
        #expect(throws: WireError.self) { try read(content + [0], rowCount: 3) }
        #expect(throws: WireError.self) { try read(content, rowCount: 2) }
        #expect(throws: WireError.self) { try read(content, rowCount: 3, columnCount: 2) }
    }

    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func mutatedPagesNeverTrap(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let content = random.mutation(of: Self.rows.flatMap(CanonicalRows.row))
        let sink = try? read(content, rowCount: 3)
        if let sink { #expect(sink.rows.flatMap(\.self) == content) }
    }
}
