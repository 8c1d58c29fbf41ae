package import SchemaTranslation

/// What comparing the two sides of one table found.
package struct TableComparison: Equatable, Sendable {
    /// Rows read from PostgreSQL.
    package var sourceRowCount = 0
    /// Rows read from the target.
    package var targetRowCount = 0
    /// Rows that only the source has, apart from those that the target cannot hold.
    package var missingCount = 0
    /// Rows that only the target has.
    package var extraCount = 0
    /// Rows with the same key and other values.
    package var differingCount = 0
    /// Rows that only the source has, because the target cannot hold them.
    package var unrepresentableCount = 0
    /// Parts of the table that differ, whose rows did not fit into memory, and that are counted by their numbers only.
    package var unexaminedPartCount = 0
    /// The first reading found differences that the second one did not: somebody writes to the target.
    package var changedMeanwhile = false
    /// The first of each kind.
    package var examples: [RowDifference] = []

    package init() {}

    /// Whether the counts of missing, extra and differing rows are lower bounds.
    package var areCountsLowerBounds: Bool { unexaminedPartCount > 0 }

    /// Whether both sides hold the same rows.
    package var isEqual: Bool {
        missingCount == 0 && extraCount == 0 && differingCount == 0 && unrepresentableCount == 0
            && unexaminedPartCount == 0 && !changedMeanwhile
    }
}

/// How the verification of one table came out.
package struct TableVerification: Sendable {
    package enum Outcome: Sendable {
        case compared(TableComparison)
        /// The plan left it out.
        case skipped(SkippedTable.Reason)
        case failed(MigrationError)
    }

    package var source: QualifiedName
    /// Nil for a table that was left out.
    package var target: QualifiedName?
    package var outcome: Outcome
    package var duration: Duration

    package init(
        source: QualifiedName,
        target: QualifiedName? = nil,
        outcome: Outcome,
        duration: Duration = .zero
    ) {
        self.source = source
        self.target = target
        self.outcome = outcome
        self.duration = duration
    }

    /// A table that the plan leaves out.
    package init(_ skipped: SkippedTable) {
        self.init(source: skipped.table, outcome: .skipped(skipped.reason))
    }

    /// Whether both sides are not proven to be equal.
    package var isIncomplete: Bool {
        switch outcome {
        case .compared(let comparison): !comparison.isEqual
        case .skipped(let reason): SkippedTable(table: source, reason: reason).isFailure
        case .failed: true
        }
    }
}

/// What a verification found, table by table.
package struct VerificationReport: Sendable {
    package var tables: [TableVerification]
    package var duration: Duration

    package init(tables: [TableVerification], duration: Duration) {
        self.tables = tables
        self.duration = duration
    }

    package var exitStatus: ExitStatus {
        tables.contains(where: \.isIncomplete) ? .incomplete : .success
    }

    /// Rows read on both sides together.
    package var rowCount: Int {
        tables.reduce(0) { sum, table in
            guard case .compared(let comparison) = table.outcome else { return sum }
            return sum + comparison.sourceRowCount + comparison.targetRowCount
        }
    }
}
