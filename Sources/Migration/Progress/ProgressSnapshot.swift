/// How far a run is, as counters that only ever grow.
package struct ProgressSnapshot: Hashable, Sendable {
    /// Since the first row was asked for.
    package var elapsed: Duration
    /// Rows that the target has answered for.
    package var rowCount: Int
    /// Rows that it cannot hold.
    package var rejectedRowCount: Int
    /// The source's estimate for all tables together; nil when some were never analysed.
    package var estimatedRowCount: Int?
    package var finishedSplitCount: Int
    package var splitCount: Int
    package var finishedTableCount: Int
    package var tableCount: Int

    package init(
        elapsed: Duration,
        rowCount: Int = 0,
        rejectedRowCount: Int = 0,
        estimatedRowCount: Int? = nil,
        finishedSplitCount: Int = 0,
        splitCount: Int = 0,
        finishedTableCount: Int = 0,
        tableCount: Int = 0
    ) {
        self.elapsed = elapsed
        self.rowCount = rowCount
        self.rejectedRowCount = rejectedRowCount
        self.estimatedRowCount = estimatedRowCount
        self.finishedSplitCount = finishedSplitCount
        self.splitCount = splitCount
        self.finishedTableCount = finishedTableCount
        self.tableCount = tableCount
    }

    /// The share of the work that is done, 0 to 1: by rows where they were estimated, else by splits.
    ///
    /// An estimate may be too low; as long as splits are left, it never says that all is done.
    package var fraction: Double? {
        if splitCount > 0, finishedSplitCount >= splitCount { return 1 }
        if let estimatedRowCount, estimatedRowCount > 0 {
            return min(Double(rowCount + rejectedRowCount) / Double(estimatedRowCount), 0.99)
        }
        return splitCount > 0 ? Double(finishedSplitCount) / Double(splitCount) : nil
    }

    /// Rows per second between an earlier snapshot and this one.
    package func rate(since earlier: ProgressSnapshot) -> Double {
        let seconds = (elapsed - earlier.elapsed).inSeconds
        return seconds > 0 ? Double(rowCount - earlier.rowCount) / seconds : 0
    }

    /// What is left at the average pace so far; nil before anything can be said.
    package var remaining: Duration? {
        guard let fraction, fraction > 0.001, fraction < 1 else { return nil }
        return .seconds(min(elapsed.inSeconds * (1 - fraction) / fraction, 1e9))
    }
}

extension Duration {
    /// The duration as a number of seconds.
    package var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }

    /// `0:07`, `12:34`, `1:02:03`.
    package var clockText: String {
        let seconds = max(0, components.seconds)
        func padded(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
        return hours > 0
            ? "\(hours):\(padded(minutes)):\(padded(seconds % 60))" : "\(minutes):\(padded(seconds % 60))"
    }
}
