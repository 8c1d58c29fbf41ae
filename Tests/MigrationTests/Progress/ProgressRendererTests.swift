import Migration
import Testing

@Suite struct ProgressRendererTests {
    private let snapshot = ProgressSnapshot(
        elapsed: .seconds(10),
        rowCount: 1_000_000,
        rejectedRowCount: 2,
        estimatedRowCount: 4_000_000,
        finishedSplitCount: 3,
        splitCount: 12,
        finishedTableCount: 1,
        tableCount: 7
    )

    @Test func plainLinesComeAtIntervals() {
        var renderer = ProgressRenderer(style: .lines(every: .seconds(5)))
        let early = renderer.text(for: ProgressSnapshot(elapsed: .seconds(4)))
        #expect(early == nil)
        let due = renderer.text(for: snapshot)
        #expect(
            due
                == "1,000,000 of ~4,000,000 rows (25%), 100,000 rows/s, 1 of 7 tables, 2 rejected, 0:29 left\n"
        )
        var next = snapshot
        next.elapsed = .seconds(14)
        let tooEarly = renderer.text(for: next)
        #expect(tooEarly == nil)
        next.elapsed = .seconds(15)
        next.rowCount += 50
        let later = renderer.text(for: next)
        #expect(later?.contains(", 10 rows/s,") == true)
        let clearing = renderer.clearing()
        #expect(clearing == "")
    }

    @Test func aTerminalLineIsRedrawnAndFits() throws {
        var renderer = ProgressRenderer(style: .terminal(width: 40))
        let drawn = renderer.text(for: snapshot)
        let first = try #require(drawn)
        #expect(first.hasPrefix("\r\u{1B}[K1,000,000 of ~4"))
        #expect(first.unicodeScalars.count == 4 + 39)
        #expect(!first.contains("\n"))
        let clearings = [renderer.clearing(), renderer.clearing()]
        #expect(clearings == ["\r\u{1B}[K", ""])
    }

    @Test func withoutEstimatesThereAreStillRows() {
        var renderer = ProgressRenderer(style: .lines(every: .zero))
        let line = renderer.text(for: ProgressSnapshot(elapsed: .seconds(2), rowCount: 10, tableCount: 1))
        #expect(line == "10 rows, 5 rows/s\n")
    }
}
