/// How scylla_fdw is given the values of a column: one by one, or as the elements of an array.
package struct ForeignCarrier: Hashable, Sendable {
    package let scalar: ForeignScalar
    /// Whether the value is an array of the scalar, for a CQL list.
    package let isList: Bool

    package init(_ scalar: ForeignScalar, isList: Bool = false) {
        self.scalar = scalar
        self.isList = isList
    }

    /// How values of a target type are carried; nil for lists of lists, which no source type becomes.
    package init?(_ type: TargetType) {
        if case .frozenList(let element) = type {
            guard let scalar = ForeignScalar(element) else { return nil }
            self.init(scalar, isList: true)
        } else {
            guard let scalar = ForeignScalar(type) else { return nil }
            self.init(scalar)
        }
    }

    /// The type of the foreign table's column.
    package var sqlType: String { isList ? "\(scalar.sqlType)[]" : scalar.sqlType }

    /// The CQL type that is carried.
    package var targetType: TargetType { isList ? .frozenList(scalar.targetType) : scalar.targetType }

    /// The value to carry, made of an SQL expression of the source's type.
    ///
    /// - Parameters:
    ///   - value: the expression.
    ///   - castsToText: whether the copy reads the value through a cast to text.
    /// - Returns: an expression of `sqlType`.
    package func expression(of value: String, castsToText: Bool = false) -> String {
        guard isList else { return scalar.expression(of: value, castsToText: castsToText) }
        guard !castsToText else { return "(\(value))::text[]" }
        let element = scalar.expression(of: "element.value")
        return "CASE WHEN \(value) IS NOT NULL THEN ARRAY(SELECT \(element) "
            + "FROM unnest(\(value)) WITH ORDINALITY AS element(value, number) ORDER BY element.number) END"
    }

    /// A condition that is true of values that the target cannot hold.
    package struct Refusal: Hashable, Sendable {
        package let condition: String
        /// A clause without a full stop.
        package let reason: String

        init(_ condition: String, _ reason: String) {
            self.condition = condition
            self.reason = reason
        }
    }

    /// What the target cannot hold of the values that an SQL expression of the source's type can have.
    ///
    /// - Parameters:
    ///   - value: the expression.
    ///   - castsToText: whether the copy reads the value through a cast to text.
    ///   - isKey: whether a value that is rounded would stand for another row.
    ///   - isWholePartitionKey: whether the value is the partition key by itself, which must not be empty.
    /// - Returns: one condition for each reason, to be tried in order.
    package func refusals(
        of value: String,
        castsToText: Bool,
        isKey: Bool,
        isWholePartitionKey: Bool
    ) -> [Refusal] {
        guard isList else {
            return scalar.refusals(of: value, isKey: isKey, isWholePartitionKey: isWholePartitionKey)
        }
        // An array of rows would come apart into their columns.
        let elements = "unnest(\(castsToText ? "(\(value))::text[]" : value)) AS element(value)"
        let ofElements = scalar.refusals(of: "element.value", isKey: false, isWholePartitionKey: false)
        return [
            Refusal("array_ndims(\(value)) > 1", "an array of several dimensions is no CQL list"),
            Refusal("array_lower(\(value), 1) <> 1", "an array that does not begin at one is no CQL list"),
            Refusal("EXISTS (SELECT FROM \(elements) WHERE element.value IS NULL)", "a CQL list cannot hold NULL"),
        ]
            + ofElements.map { refusal in
                Refusal("EXISTS (SELECT FROM \(elements) WHERE \(refusal.condition))", refusal.reason)
            }
    }
}
