/// A table that the plan leaves out, and why.
package struct SkippedTable: Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// CQL has no table without a primary key.
        case noPrimaryKey
        /// A foreign table's rows belong to another server.
        case foreign
        /// A policy would hide rows from this user, and a copy without them would look complete.
        case rowSecurity
    }

    package var table: QualifiedName
    package var reason: Reason

    package init(table: QualifiedName, reason: Reason) {
        self.table = table
        self.reason = reason
    }

    /// Whether the run must count this as a failed table rather than as one that cannot be migrated by nature.
    package var isFailure: Bool { reason == .rowSecurity }
}

extension SkippedTable: CustomStringConvertible {
    package var description: String { "\(table) \(explanation)" }

    /// Why, and what to do: continues the sentence that the table's name begins.
    package var explanation: String {
        switch reason {
        case .noPrimaryKey:
            "has no primary key, which CQL requires: add one, or copy the table by other means"
        case .foreign:
            "is a foreign table: migrate it from the server that owns its rows"
        case .rowSecurity:
            "is under row-level security that hides rows from this user: connect as its owner or as a role with "
                + "BYPASSRLS"
        }
    }
}

/// What a run will do, as a value: it prints, compares and is the input of everything that follows.
package struct MigrationPlan: Hashable, Sendable {
    /// The schema that is read.
    package var schema: String
    /// The keyspace that was asked for.
    package var requestedKeyspace: String
    /// The keyspace to write to: the requested one, or what the rule of `TargetName` makes of it.
    package var keyspace: String
    /// Sorted by name.
    package var tables: [TablePlan]
    package var skippedTables: [SkippedTable]
    /// What no table's notes say, such as views.
    package var notes: [LossNote]

    package init(
        schema: String,
        requestedKeyspace: String,
        tables: [TablePlan],
        skippedTables: [SkippedTable] = [],
        notes: [LossNote] = []
    ) {
        self.schema = schema
        self.requestedKeyspace = requestedKeyspace
        self.keyspace = TargetName.legal(for: requestedKeyspace)
        self.tables = tables
        self.skippedTables = skippedTables
        self.notes = notes
    }
}
