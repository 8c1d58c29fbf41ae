import SchemaTranslation

/// Turns snapshots into what people see: a line that is drawn over itself on a terminal, plain lines elsewhere.
package struct ProgressRenderer: Sendable {
    /// Where the text goes.
    package enum Style: Hashable, Sendable {
        /// Redrawn with each snapshot, cut to `width` columns.
        case terminal(width: Int)
        /// A line per interval: logs are read later.
        case lines(every: Duration)
    }

    private let style: Style
    private var last: ProgressSnapshot?
    private var hasDrawn = false

    package init(style: Style) { self.style = style }

    /// What to write for a snapshot; nil when a plain line is not due yet.
    package mutating func text(for snapshot: ProgressSnapshot) -> String? {
        let previous = last ?? ProgressSnapshot(elapsed: .zero)
        switch style {
        case .terminal(let width):
            last = snapshot
            hasDrawn = true
            return "\r\u{1B}[K" + Self.line(for: snapshot, since: previous).prefix(max(0, width - 1))
        case .lines(let interval):
            guard snapshot.elapsed - previous.elapsed >= interval else { return nil }
            last = snapshot
            return Self.line(for: snapshot, since: previous) + "\n"
        }
    }

    /// What makes room for other output: an erased line on a terminal.
    package mutating func clearing() -> String {
        defer { hasDrawn = false }
        return hasDrawn ? "\r\u{1B}[K" : ""
    }

    /// `1,234,567 of ~2,000,000 rows (61%), 512,000 rows/s, 3 of 7 tables, 0:12 left`.
    static func line(for snapshot: ProgressSnapshot, since previous: ProgressSnapshot) -> String {
        var parts: [String] = []
        var rows = Quantity.count(snapshot.rowCount)
        if let estimate = snapshot.estimatedRowCount { rows += " of ~\(Quantity.count(estimate))" }
        rows += " rows"
        if let fraction = snapshot.fraction { rows += " (\(Int(fraction * 100))%)" }
        parts.append(rows)
        parts.append("\(Quantity.count(Int(max(0, snapshot.rate(since: previous))))) rows/s")
        if snapshot.tableCount > 1 {
            parts.append("\(snapshot.finishedTableCount) of \(Quantity.count(snapshot.tableCount)) tables")
        }
        if snapshot.rejectedRowCount > 0 { parts.append("\(Quantity.count(snapshot.rejectedRowCount)) rejected") }
        if let remaining = snapshot.remaining { parts.append("\(remaining.clockText) left") }
        return parts.joined(separator: ", ")
    }
}
