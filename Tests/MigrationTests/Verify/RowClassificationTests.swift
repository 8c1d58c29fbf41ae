import SchemaTranslation
import Testing
import WireKit

@testable import Migration

@Suite struct RowClassificationTests {
    private static let plan = makePlan([(.int, .identical), (.text, .identical), (.decimal, .identical)])

    private static func int(_ value: Int32) -> [UInt8] { CopyStream.bytes(value) }

    private static func row(_ id: Int32, _ text: String?, _ decimal: [UInt8]? = nil) -> [[UInt8]?] {
        [int(id), text.map { Array($0.utf8) }, decimal]
    }

    private func classify(
        _ source: [[[UInt8]?]],
        _ target: [[[UInt8]?]],
        examples: Int = 10
    ) throws -> RowClassification {
        try RowClassification(
            source: CanonicalRows.collected(source),
            target: CanonicalRows.collected(target),
            plan: Self.plan,
            exampleLimit: examples
        )
    }

    @Test func theSameRowsInAnotherOrderAreEqual() throws {
        let rows = [Self.row(1, "a"), Self.row(2, nil), Self.row(3, "")]
        let found = try classify(rows, rows.reversed())
        #expect(found.missingCount + found.extraCount + found.differingCount == 0)
        #expect(found.examples == [])
    }

    @Test func eachKindIsToldApart() throws {
        let found = try classify(
            [Self.row(1, "a"), Self.row(2, "b"), Self.row(3, "c")],
            [Self.row(1, "a"), Self.row(3, "x"), Self.row(4, "d")]
        )
        #expect(found.missingCount == 1 && found.extraCount == 1 && found.differingCount == 1)
        #expect(
            found.examples == [
                RowDifference(key: [.init("c0", "2")], kind: .missing),
                RowDifference(
                    key: [.init("c0", "3")],
                    kind: .differing([.init("c1", source: "'c'", target: "'x'")])
                ),
                RowDifference(key: [.init("c0", "4")], kind: .extra),
            ]
        )
    }

    @Test func nullIsNotEmpty() throws {
        let found = try classify([Self.row(1, nil)], [Self.row(1, "")])
        #expect(found.examples.map(\.kind) == [.differing([.init("c1", source: nil, target: "''")])])
    }

    /// 1.0 and 1.00 are the same number to PostgreSQL, and not the same value to the target.
    @Test func everyDifferingColumnIsNamed() throws {
        let found = try classify(
            [Self.row(1, "a", [0, 0, 0, 1, 10])],
            [Self.row(1, "b", [0, 0, 0, 2, 100])]
        )
        #expect(
            found.examples.map(\.kind) == [
                .differing([
                    .init("c1", source: "'a'", target: "'b'"), .init("c2", source: "1.0", target: "1.00"),
                ])
            ]
        )
    }

    @Test func valuesThatReadTheSameAreShownAsBytes() throws {
        // Two encodings of 10: the second has a superfluous leading byte.
        let found = try classify(
            [Self.row(1, nil, [0, 0, 0, 0, 10])],
            [Self.row(1, nil, [0, 0, 0, 0, 0, 10])]
        )
        #expect(
            found.examples.map(\.kind) == [
                .differing([.init("c2", source: "0x000000000a", target: "0x00000000000a")])
            ]
        )
    }

    /// Relations of an inheritance tree may hold a key several times; the target holds it once.
    @Test func aKeyThatRepeatsInTheSourceIsMissingOnce() throws {
        let found = try classify([Self.row(1, "a"), Self.row(1, "b")], [Self.row(1, "b")])
        #expect(found.missingCount == 1 && found.extraCount == 0 && found.differingCount == 0)
    }

    @Test func examplesAreTheFirstOfEachKind() throws {
        let found = try classify((1...50).map { Self.row($0, "a") }, [], examples: 3)
        #expect(found.missingCount == 50)
        #expect(found.examples.map { $0.key.first?.value } == ["1", "2", "3"])
    }

    @Test func aRowOfAnotherShapeIsRefused() throws {
        #expect(throws: WireError.self) { try classify([[Self.int(1)]], []) }
    }
}
