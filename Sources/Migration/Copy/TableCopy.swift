package import SchemaTranslation

/// Everything that a reader needs to know of a table, apart from which part of it to read.
package struct TableCopy: Sendable {
    package let plan: TablePlan
    /// What NULL becomes in the values of a write: −2 (unset) while the target table is empty, else −1 (null).
    package let nullLength: Int32
    /// Microseconds since 1970 that every write carries.
    package let timestamp: Int64
    package let progress: TableProgress

    package init(plan: TablePlan, nullLength: Int32, timestamp: Int64, progress: TableProgress) {
        self.plan = plan
        self.nullLength = nullLength
        self.timestamp = timestamp
        self.progress = progress
    }
}
