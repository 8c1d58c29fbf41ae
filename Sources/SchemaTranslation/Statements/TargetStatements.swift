/// Which rows of a target table to read.
package enum TargetScan: Hashable, Sendable {
    case whole
    /// Two bound tokens: above the first, up to and including the second.
    case tokenRange
    /// The key's columns bound in key order.
    case key
}

extension TablePlan {
    /// The target's definition; the type of every column is one that CQL accepts in a key.
    package var createTableStatement: String {
        let definitions = columns.map { "    \(quotedIdentifier($0.name)) \($0.targetType.cql)" }
        return """
            CREATE TABLE IF NOT EXISTS \(target.quoted) (
            \(definitions.joined(separator: ",\n")),
                PRIMARY KEY (\(primaryKeyClause))
            )
            """
    }

    /// Writes a row, one marker per column; the write's timestamp travels in the frame.
    package var insertStatement: String {
        let markers = repeatElement("?", count: columns.count).joined(separator: ", ")
        return "INSERT INTO \(target.quoted) (\(columnList)) VALUES (\(markers))"
    }

    /// Deletes a row, the key's columns bound in key order; the deletion's timestamp travels in the frame.
    package var deleteStatement: String {
        "DELETE FROM \(target.quoted) WHERE " + names(key).map { "\($0) = ?" }.joined(separator: " AND ")
    }

    /// Reads rows for comparison, columns in the plan's order.
    package func selectStatement(_ scan: TargetScan = .whole) -> String {
        let select = "SELECT \(columnList) FROM \(target.quoted)"
        switch scan {
        case .whole:
            return select
        case .tokenRange:
            let token = "token(\(names(partitionKey).joined(separator: ", ")))"
            return "\(select) WHERE \(token) > ? AND \(token) <= ?"
        case .key:
            return "\(select) WHERE " + names(key).map { "\($0) = ?" }.joined(separator: " AND ")
        }
    }

    /// `("a", "b"), "c"`: a partition key of one column needs no parentheses but reads the same with them.
    var primaryKeyClause: String {
        (["(\(names(partitionKey).joined(separator: ", ")))"] + names(clusteringKey)).joined(separator: ", ")
    }

    private var columnList: String { names(Array(columns.indices)).joined(separator: ", ") }

    private func names(_ indices: [Int]) -> [String] { indices.map { quotedIdentifier(columns[$0].name) } }
}
