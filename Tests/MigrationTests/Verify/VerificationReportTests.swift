import Migration
import SchemaTranslation
import Testing
import WireKit

@Suite struct VerificationReportTests {
    private static func table(_ name: String, _ comparison: TableComparison) -> TableVerification {
        TableVerification(
            source: QualifiedName("shop", name),
            target: QualifiedName("ks", name),
            outcome: .compared(comparison),
            duration: .milliseconds(250)
        )
    }

    private static let equal: TableComparison = {
        var comparison = TableComparison()
        comparison.sourceRowCount = 1000
        comparison.targetRowCount = 1000
        return comparison
    }()

    private static let different: TableComparison = {
        var comparison = TableComparison()
        comparison.sourceRowCount = 5000
        comparison.targetRowCount = 4998
        comparison.missingCount = 4
        comparison.extraCount = 3
        comparison.differingCount = 1
        comparison.unrepresentableCount = 1
        comparison.examples = [
            RowDifference(
                key: [.init("id", "9")],
                kind: .unrepresentable(column: "price", reason: .numericNotANumber)
            ),
            RowDifference(key: [.init("id", "1"), .init("part", "'x\ny'")], kind: .missing),
            RowDifference(key: [.init("id", "7")], kind: .extra),
            RowDifference(key: [.init("id", "5")], kind: .differing([.init("name", source: nil, target: "''")])),
        ]
        return comparison
    }()

    private static let failed = TableVerification(
        source: QualifiedName("shop", "f"),
        outcome: .failed(MigrationError(.target, "cannot be read", table: QualifiedName("shop", "f")))
    )
    private static let keyless = TableVerification(
        SkippedTable(table: QualifiedName("shop", "log"), reason: .noPrimaryKey)
    )

    private func report(_ tables: [TableVerification]) -> VerificationReport {
        VerificationReport(tables: tables, duration: .milliseconds(500))
    }

    @Test func theExitStatusTells() {
        #expect(report([Self.table("a", Self.equal), Self.keyless]).exitStatus == .success)
        #expect(report([Self.table("a", Self.equal), Self.table("b", Self.different)]).exitStatus == .incomplete)
        #expect(report([Self.failed]).exitStatus == .incomplete)
        let hidden = TableVerification(SkippedTable(table: QualifiedName("shop", "s"), reason: .rowSecurity))
        #expect(report([hidden]).exitStatus == .incomplete)
    }

    @Test func everyWayToDifferIsUnequal() {
        let changes: [(inout TableComparison) -> Void] = [
            { $0.missingCount = 1 }, { $0.extraCount = 1 }, { $0.differingCount = 1 },
            { $0.unrepresentableCount = 1 }, { $0.unexaminedPartCount = 1 }, { $0.changedMeanwhile = true },
        ]
        #expect(Self.equal.isEqual)
        for change in changes {
            var comparison = Self.equal
            change(&comparison)
            #expect(!comparison.isEqual)
        }
    }

    @Test func equalTablesHaveALine() {
        #expect(
            report([Self.table("a", Self.equal), Self.keyless]).text == """
                shop.a    equal: 1,000 rows, 0.2 s
                shop.log  skipped: has no primary key, which CQL requires: add one, or copy the table by other means
                1 table equal, 1 skipped: 2,000 rows of both sides read in 0.5 s (4,000 rows/s)

                """
        )
    }

    @Test func differentTablesShowTheirRows() {
        #expect(
            report([Self.table("b", Self.different), Self.failed]).text == """
                shop.b  NOT EQUAL: 5,000 rows in PostgreSQL, 4,998 in ScyllaDB: 4 missing in ScyllaDB, \
                3 only in ScyllaDB, 1 with other values, 1 that ScyllaDB cannot hold, 0.2 s
                  cannot be held: id = 9: price: NaN cannot be a CQL decimal
                  missing in ScyllaDB: id = 1, part = 'x\\ny'
                  only in ScyllaDB: id = 7
                  other values: id = 5: name is null in PostgreSQL, '' in ScyllaDB
                shop.f  failed: cannot be read
                2 of 2 tables not equal: 9,998 rows of both sides read in 0.5 s (19,996 rows/s)

                """
        )
    }

    @Test func lowerBoundsSaySo() {
        var comparison = Self.different
        comparison.unexaminedPartCount = 2
        comparison.examples = []
        let text = report([Self.table("b", comparison)]).text
        #expect(text.contains("at least 4 missing in ScyllaDB, at least 3 only in ScyllaDB"))
        #expect(text.contains("2 parts with differences not looked into"))
    }

    @Test func longValuesAreCut() {
        let difference = RowDifference(key: [.init("id", String(repeating: "x", count: 500))], kind: .missing)
        #expect(difference.description.count < 200)
    }

    @Test func programsGetTheSame() {
        var comparison = Self.different
        comparison.examples.removeFirst()
        let text = report([Self.table("b", comparison), Self.keyless]).json.text
        #expect(
            text == """
                {"tables":[{"source":"shop.b","target":"ks.b","outcome":"different","source_rows":5000,\
                "target_rows":4998,"missing":4,"extra":3,"differing":1,"unrepresentable":1,\
                "counts_are_lower_bounds":false,"changed_meanwhile":false,"examples":[\
                {"key":{"id":"1","part":"'x\\ny'"},"kind":"missing"},{"key":{"id":"7"},"kind":"extra"},\
                {"key":{"id":"5"},"kind":"differing","columns":[{"name":"name","source":null,"target":"''"}]}],\
                "seconds":0.25},{"source":"shop.log","target":null,"outcome":"skipped","reason":\
                "has no primary key, which CQL requires: add one, or copy the table by other means","seconds":0.0}],\
                "rows":9998,"seconds":0.5,"exit_status":1}
                """
        )
    }
}
