package import SchemaTranslation

/// Why a run, or one table of it, did not come to its end: what failed, on what, and what to do about it.
package struct MigrationError: Error, Sendable {
    /// The kind of failure; it decides the exit status.
    package enum Kind: Hashable, Sendable {
        /// No connection to the source, or it was refused there.
        case sourceUnreachable
        /// No connection to the target, or it was refused there.
        case targetUnreachable
        /// An option's value, or a combination of options, that cannot be used.
        case usage
        /// The source schema does not exist.
        case schemaNotFound
        /// The source schema has no tables.
        case schemaEmpty
        /// No plan can be made of what was asked for.
        case planRefused
        /// The source refused a statement or closed the connection.
        case source
        /// The target refused a statement or closed the connection.
        case target
        /// A table exists already, with another shape.
        case tableMismatch
        /// A local file could not be read or written.
        case file
        /// The user, or the system, asked us to stop.
        case interrupted
    }

    package let kind: Kind
    /// The table that the failure is confined to; nil when the whole run is concerned.
    package var table: QualifiedName?
    /// What failed, as a clause without a full stop; empty where the underlying error says it all.
    package let message: String
    package let underlying: (any Error)?
    /// What the operator can do, as a clause without a full stop.
    package let remedy: String?

    package init(
        _ kind: Kind,
        _ message: String = "",
        table: QualifiedName? = nil,
        underlying: (any Error)? = nil,
        remedy: String? = nil
    ) {
        self.kind = kind
        self.message = message
        self.table = table
        self.underlying = underlying
        self.remedy = remedy
    }

    /// A plan that cannot be made.
    package init(_ refusal: PlanError) {
        self.init(.planRefused, refusal.description, underlying: nil)
    }
}

extension MigrationError: CustomStringConvertible {
    /// One sentence: the table, what failed, why, and the remedy.
    package var description: String {
        let clauses = [table?.description, message, underlying.map { "\($0)" }]
        let sentence = clauses.compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ": ")
        return sentence + (remedy.map { "; \($0)" } ?? "")
    }
}
