/// A row that the two sides do not have in common, as people can look it up.
package struct RowDifference: Equatable, Sendable {
    /// How the sides differ.
    package enum Kind: Equatable, Sendable {
        /// Only the source has it.
        case missing
        /// Only the target has it.
        case extra
        /// Both have a row with this key, with other values in these columns.
        case differing([ColumnDifference])
        /// Only the source has it, because the target cannot hold it.
        case unrepresentable(column: String?, reason: RejectReason)
    }

    /// A column's name and its value as text.
    package struct NamedValue: Equatable, Sendable {
        package var name: String
        /// Nil is NULL.
        package var value: String?

        package init(_ name: String, _ value: String?) {
            self.name = name
            self.value = value
        }
    }

    /// A column whose values differ.
    package struct ColumnDifference: Equatable, Sendable {
        package var name: String
        /// As the copy would write it; nil is NULL.
        package var source: String?
        /// Nil is null.
        package var target: String?

        package init(_ name: String, source: String?, target: String?) {
            self.name = name
            self.source = source
            self.target = target
        }
    }

    /// In key order.
    package var key: [NamedValue]
    package var kind: Kind

    package init(key: [NamedValue], kind: Kind) {
        self.key = key
        self.kind = kind
    }
}
