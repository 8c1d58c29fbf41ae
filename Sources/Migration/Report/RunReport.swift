package import SchemaTranslation

/// How one table came out of a run.
package struct TableReport: Sendable {
    package enum Outcome: Sendable {
        /// Every row that the target can hold is there.
        case copied
        /// The table was created and, as asked, not filled.
        case created
        /// The plan left it out.
        case skipped(SkippedTable.Reason)
        case failed(MigrationError)
    }

    /// What becomes of changes after the snapshot.
    package enum Following: Sendable {
        /// Nobody asked for it.
        case notWanted
        /// Triggers carry them.
        case following
        /// They stay in the source.
        case failed(MigrationError)
    }

    package var source: QualifiedName
    /// Nil for a table that was left out.
    package var target: QualifiedName?
    package var outcome: Outcome
    /// Rows that the target has answered for.
    package var rowCount: Int
    /// Rows that it cannot hold; they are in the rejects file.
    package var rejectedRowCount: Int
    /// Values that were floored from microseconds to milliseconds.
    package var flooredValueCount: Int
    package var duration: Duration
    package var following = Following.notWanted
    /// Whether rows of before a TRUNCATE in the source are still in the target.
    package var isTruncatedAtSource = false

    package init(
        source: QualifiedName,
        target: QualifiedName? = nil,
        outcome: Outcome,
        rowCount: Int = 0,
        rejectedRowCount: Int = 0,
        flooredValueCount: Int = 0,
        duration: Duration = .zero
    ) {
        self.source = source
        self.target = target
        self.outcome = outcome
        self.rowCount = rowCount
        self.rejectedRowCount = rejectedRowCount
        self.flooredValueCount = flooredValueCount
        self.duration = duration
    }

    /// A table that the plan leaves out.
    package init(_ skipped: SkippedTable) {
        self.init(source: skipped.table, outcome: .skipped(skipped.reason))
    }

    /// Whether the run must not count as a success because of this table.
    package var isIncomplete: Bool {
        if case .failed = following { return true }
        if isTruncatedAtSource { return true }
        return switch outcome {
        case .copied, .created: rejectedRowCount > 0
        case .skipped(let reason): SkippedTable(table: source, reason: reason).isFailure
        case .failed: true
        }
    }
}

extension TableReport {
    package var hasFailed: Bool { if case .failed = outcome { true } else { false } }
}

/// What a copy did, table by table.
package struct RunReport: Sendable {
    package var tables: [TableReport]
    package var duration: Duration
    /// Where rejected rows were written.
    package var rejectsPath: String

    package init(tables: [TableReport], duration: Duration, rejectsPath: String) {
        self.tables = tables
        self.duration = duration
        self.rejectsPath = rejectsPath
    }

    package var rowCount: Int { tables.reduce(0) { $0 + $1.rowCount } }
    package var rejectedRowCount: Int { tables.reduce(0) { $0 + $1.rejectedRowCount } }

    package var exitStatus: ExitStatus {
        tables.contains(where: \.isIncomplete) ? .incomplete : .success
    }
}
