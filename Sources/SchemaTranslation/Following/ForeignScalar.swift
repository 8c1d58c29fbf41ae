/// The PostgreSQL type in which scylla_fdw is given the values of a CQL type: it converts by the foreign column's type,
/// not by the target's.
package enum ForeignScalar: String, Hashable, Sendable, CaseIterable {
    case smallint
    case integer
    case bigint
    case real
    case double = "double precision"
    case numeric
    case boolean
    case text
    case bytea
    case date
    case time
    /// Milliseconds since 1970, in which a CQL timestamp is bound: the extension would cut them off a `timestamp`
    /// towards zero, and write its own literal of it in a condition.
    case milliseconds
    case uuid
    case inet

    /// How values of a target type are carried; nil for lists, which the extension does not know.
    package init?(_ type: TargetType) {
        switch type {
        case .smallint: self = .smallint
        case .int: self = .integer
        case .bigint: self = .bigint
        case .float: self = .real
        case .double: self = .double
        case .decimal: self = .numeric
        case .boolean: self = .boolean
        case .text: self = .text
        case .blob: self = .bytea
        case .date: self = .date
        case .time: self = .time
        case .timestamp: self = .milliseconds
        case .uuid: self = .uuid
        case .inet: self = .inet
        case .frozenList: return nil
        }
    }

    /// The type of the foreign table's column.
    package var sqlType: String { self == .milliseconds ? "bigint" : rawValue }

    /// The CQL type that is carried.
    package var targetType: TargetType {
        switch self {
        case .smallint: .smallint
        case .integer: .int
        case .bigint: .bigint
        case .real: .float
        case .double: .double
        case .numeric: .decimal
        case .boolean: .boolean
        case .text: .text
        case .bytea: .blob
        case .date: .date
        case .time: .time
        case .milliseconds: .timestamp
        case .uuid: .uuid
        case .inet: .inet
        }
    }

    /// The value to carry, made of an SQL expression of the source's type.
    ///
    /// - Parameters:
    ///   - value: the expression.
    ///   - castsToText: whether the copy reads the value through a cast to text, which pads nothing and knows every
    ///     type.
    /// - Returns: an expression of `sqlType`.
    package func expression(of value: String, castsToText: Bool = false) -> String {
        switch self {
        case .milliseconds:
            "floor(extract(epoch FROM \(value)) * 1000)::bigint"
        case .text where !castsToText:
            // What the type's output function says: a cast to text would take the blanks off a character(n).
            "CASE WHEN \(value) IS NOT NULL THEN concat(\(value)) END"
        default:
            "(\(value))::\(sqlType)"
        }
    }

    /// A condition on a key column of the foreign table that the extension sends to the target.
    ///
    /// - Parameters:
    ///   - column: the quoted column.
    ///   - value: a value to carry, as an SQL expression.
    /// - Returns: an SQL expression that makes the condition's text; for a parameter, every row would be fetched.
    package func condition(on column: String, equals value: String) -> String {
        // PostgreSQL makes `column` of `column = true`, which the extension would send as such.
        let comparison = self == .boolean ? "IS NOT DISTINCT FROM" : "="
        return quotedLiteral("\(column) \(comparison) ") + " || quote_literal(\(value)) || '::\(sqlType)'"
    }
}

extension ForeignScalar {
    /// What the target cannot hold of the values that an SQL expression of the source's type can have, by the same
    /// rules as the copy's.
    ///
    /// - Parameters:
    ///   - value: the expression.
    ///   - isKey: whether a value that is rounded would stand for another row.
    ///   - isWholePartitionKey: whether the value is the partition key by itself, which must not be empty.
    /// - Returns: one condition for each reason.
    package func refusals(of value: String, isKey: Bool, isWholePartitionKey: Bool) -> [ForeignCarrier.Refusal] {
        var refusals: [ForeignCarrier.Refusal] = []
        switch self {
        case .numeric:
            refusals.append(
                .init("(\(value))::text IN ('NaN', 'Infinity', '-Infinity')", "NaN or infinity is no CQL decimal")
            )
        case .milliseconds:
            refusals.append(.init("NOT isfinite(\(value))", "infinity is no CQL timestamp"))
            if isKey {
                let condition = "date_trunc('milliseconds', \(value)) <> \(value)"
                refusals.append(.init(condition, "a key with microseconds is no CQL timestamp"))
            }
        case .date:
            refusals.append(.init("NOT isfinite(\(value))", "infinity is no CQL date"))
        case .time:
            refusals.append(.init("(\(value))::text = '24:00:00'", "24:00:00 is no CQL time"))
        case .inet:
            let condition = "masklen(\(value)) <> CASE family(\(value)) WHEN 4 THEN 32 ELSE 128 END"
            refusals.append(.init(condition, "an address with a network mask is no CQL inet"))
        case .text where isWholePartitionKey:
            refusals.append(.init("concat(\(value)) = ''", "CQL refuses an empty partition key"))
        case .bytea where isWholePartitionKey:
            refusals.append(.init("octet_length(\(value)) = 0", "CQL refuses an empty partition key"))
        default: break
        }
        return refusals
    }
}
