/// One column of a planned table.
package struct ColumnPlan: Hashable, Sendable {
    /// Where the column stands in the target's primary key.
    package enum Role: Hashable, Sendable {
        case partitionKey
        case clusteringKey
        case regular
    }

    /// The same on both sides: CQL holds any column name in quotes.
    package var name: String
    /// The source type as PostgreSQL spells it.
    package var sourceType: String
    package var targetType: TargetType
    package var conversion: ColumnConversion
    /// The item of the COPY select list.
    package var expression: SourceExpression
    package var role: Role

    package init(
        name: String,
        sourceType: String,
        targetType: TargetType,
        conversion: ColumnConversion,
        expression: SourceExpression,
        role: Role
    ) {
        self.name = name
        self.sourceType = sourceType
        self.targetType = targetType
        self.conversion = conversion
        self.expression = expression
        self.role = role
    }

    /// A key value that does not fit rejects its row; it must never be rounded, or two rows would become one.
    package var isKey: Bool { role != .regular }
}
