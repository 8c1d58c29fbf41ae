import Migration
import SchemaTranslation
import Testing
import WireKit

@Suite struct RunReportTests {
    private static let copied = TableReport(
        source: QualifiedName("shop", "animals"),
        target: QualifiedName("ks", "animals"),
        outcome: .copied,
        rowCount: 1000,
        flooredValueCount: 3,
        duration: .milliseconds(250)
    )
    private static let rejected = TableReport(
        source: QualifiedName("shop", "x"),
        target: QualifiedName("ks", "x"),
        outcome: .copied,
        rowCount: 8,
        rejectedRowCount: 2
    )
    private static let failed = TableReport(
        source: QualifiedName("shop", "f"),
        target: QualifiedName("ks", "f"),
        outcome: .failed(
            MigrationError(.source, "cannot be read", table: QualifiedName("shop", "f"), remedy: "run it again")
        )
    )
    private static let keyless = TableReport(
        SkippedTable(table: QualifiedName("shop", "log"), reason: .noPrimaryKey)
    )
    private static let hidden = TableReport(SkippedTable(table: QualifiedName("shop", "s"), reason: .rowSecurity))

    private func report(_ tables: [TableReport]) -> RunReport {
        RunReport(tables: tables, duration: .milliseconds(500), rejectsPath: "r.jsonl")
    }

    @Test func theExitStatusTells() {
        #expect(report([Self.copied, Self.keyless]).exitStatus == .success)
        #expect(report([]).exitStatus == .success)
        #expect(report([Self.copied, Self.rejected]).exitStatus == .incomplete)
        #expect(report([Self.copied, Self.failed]).exitStatus == .incomplete)
        #expect(report([Self.copied, Self.hidden]).exitStatus == .incomplete)
    }

    @Test func everyTableHasItsLine() {
        #expect(
            report([Self.copied, Self.rejected, Self.failed, Self.keyless]).text == """
                shop.animals  1,000 rows in 0.2 s, 3 timestamps floored to milliseconds
                shop.x        8 rows in 0.0 s, 2 rejected
                shop.f        failed after 0 rows: cannot be read; run it again
                shop.log      skipped: has no primary key, which CQL requires: add one, or copy the table by other means
                1,008 rows in 0.5 s (2,016 rows/s)
                2 rows rejected: see r.jsonl for each with its reason

                """
        )
    }

    @Test func programsGetTheSame() {
        #expect(
            report([Self.copied, Self.failed]).json.text == """
                {"tables":[{"source":"shop.animals","target":"ks.animals","outcome":"copied","rows":1000,\
                "rejected_rows":0,"floored_values":3,"seconds":0.25},{"source":"shop.f","target":"ks.f",\
                "outcome":"failed","reason":"cannot be read; run it again","rows":0,"rejected_rows":0,\
                "floored_values":0,"seconds":0.0}],"rows":1000,"rejected_rows":0,"rejects_file":null,\
                "seconds":0.5,"exit_status":1}
                """
        )
    }

    @Test func whetherChangesFollowIsSaid() {
        var (followed, left, truncated) = (Self.copied, Self.copied, Self.copied)
        followed.following = .following
        left.following = .failed(MigrationError(.planRefused, "no way", table: left.source))
        truncated.following = .following
        truncated.isTruncatedAtSource = true
        #expect(report([followed]).exitStatus == .success)
        #expect(report([left]).exitStatus == .incomplete)
        #expect(report([truncated]).exitStatus == .incomplete)
        let lines = report([followed, left, truncated]).text.split(separator: "\n")
        #expect(lines[0].hasSuffix("floored to milliseconds, followed"))
        #expect(lines[1].hasSuffix("NOT FOLLOWED: no way"))
        #expect(lines[2].contains("truncated in PostgreSQL, but not in ScyllaDB: TRUNCATE ks.animals there"))
        #expect(report([left]).json.text.contains(#""followed":false,"not_followed_because":"no way""#))
        #expect(report([truncated]).json.text.contains(#""followed":true,"truncated_in_source":true"#))
    }
}
