package import CQLWire

/// One statement of a batch with its values.
package struct BatchEntry: Hashable, Sendable {
    /// What it runs.
    package enum Statement: Hashable, Sendable {
        case query(String)
        case prepared(PreparedStatement)
    }

    package var statement: Statement
    package var values: [CQLValueBytes]

    package init(_ statement: Statement, values: [CQLValueBytes] = []) {
        self.statement = statement
        self.values = values
    }
}
