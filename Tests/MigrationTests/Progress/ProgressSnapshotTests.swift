import Migration
import Testing

@Suite struct ProgressSnapshotTests {
    @Test func fractionGoesByRowsWhereTheyWereEstimated() {
        var snapshot = ProgressSnapshot(elapsed: .seconds(1), rowCount: 25, estimatedRowCount: 100, splitCount: 4)
        #expect(snapshot.fraction == 0.25)
        snapshot.rowCount = 500
        #expect(snapshot.fraction == 0.99)
        snapshot.finishedSplitCount = 4
        #expect(snapshot.fraction == 1)
    }

    @Test func fractionGoesBySplitsOtherwise() {
        #expect(ProgressSnapshot(elapsed: .seconds(1), finishedSplitCount: 1, splitCount: 4).fraction == 0.25)
        #expect(ProgressSnapshot(elapsed: .seconds(1)).fraction == nil)
    }

    @Test func remainingTimeAssumesTheSamePace() {
        let snapshot = ProgressSnapshot(elapsed: .seconds(10), finishedSplitCount: 1, splitCount: 4)
        #expect(snapshot.remaining == .seconds(30))
        #expect(ProgressSnapshot(elapsed: .seconds(10), splitCount: 4).remaining == nil)
        #expect(ProgressSnapshot(elapsed: .seconds(10), finishedSplitCount: 4, splitCount: 4).remaining == nil)
    }

    @Test func ratesAreBetweenSnapshots() {
        let earlier = ProgressSnapshot(elapsed: .seconds(1), rowCount: 100)
        let later = ProgressSnapshot(elapsed: .milliseconds(1500), rowCount: 200)
        #expect(later.rate(since: earlier) == 200)
        #expect(later.rate(since: later) == 0)
    }

    @Test(arguments: [(0, "0:00"), (7, "0:07"), (754, "12:34"), (3723, "1:02:03"), (-5, "0:00")])
    func durationsReadLikeAClock(_ seconds: Int, _ expected: String) {
        #expect(Duration.seconds(seconds).clockText == expected)
    }
}
