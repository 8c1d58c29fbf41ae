import CQLWire

/// Definitions as the statements that would make them again, laid out as servers and cqlsh do.
enum CreateStatement {
    static func text(of keyspace: KeyspaceSchema) -> String {
        let options = keyspace.replication.map { option in
            "\(CQLLiteral.string(option.name)): \(CQLLiteral.string(option.value))"
        }
        return "CREATE KEYSPACE \(name(keyspace.name)) WITH replication = {\(options.joined(separator: ", "))} "
            + "AND durable_writes = \(keyspace.durableWrites);"
    }

    static func text(of type: UserDefinedType) -> String {
        let fields = type.fields.map { "    \(name($0.name)) \($0.type.schemaText)" }
        return "CREATE TYPE \(name(type.keyspace)).\(name(type.name)) (\n\(fields.joined(separator: ",\n"))\n);"
    }

    static func text(of table: TableSchema) -> String {
        let isSimple = table.partitionKeyCount == 1 && table.clusteringCount == 0
        var lines = table.columns.map { column in
            let suffix = column.isStatic ? " static" : isSimple && column.isPartitionKey ? " PRIMARY KEY" : ""
            return "    \(name(column.name)) \(column.type.schemaText)\(suffix)"
        }
        if !isSimple { lines.append("    PRIMARY KEY (\(primaryKey(of: table)))") }
        var options: [String] = []
        if table.clusteringCount > 0 {
            let order = table.clustering.map { "\(name($0.name)) \($0.isDescending ? "DESC" : "ASC")" }
            options.append("CLUSTERING ORDER BY (\(order.joined(separator: ", ")))")
        }
        for option in TableOptions.defaults {
            options.append("\(option.name) = \((table.options[option.name] ?? option.value).literal)")
        }
        return "CREATE TABLE \(name(table.keyspace)).\(name(table.name)) (\n\(lines.joined(separator: ",\n"))\n) WITH "
            + options.joined(separator: "\n    AND ") + ";"
    }

    private static func primaryKey(of table: TableSchema) -> String {
        let partition = table.partitionKey.map { name($0.name) }
        let first = partition.count == 1 ? partition[0] : "(\(partition.joined(separator: ", ")))"
        return ([first] + table.clustering.map { name($0.name) }).joined(separator: ", ")
    }

    /// A name as statements must write it.
    static func name(_ name: String) -> String {
        ReservedWords.all.contains(name) ? CQLIdentifier.quoted(name) : CQLIdentifier.quotedIfNeeded(name)
    }
}

extension Term {
    /// A constant as a statement writes it.
    fileprivate var literal: String {
        switch self {
        case .string(let text): CQLLiteral.string(text)
        case .map(let entries):
            "{\(entries.map { "\($0.key.literal): \($0.value.literal)" }.joined(separator: ", "))}"
        default: text
        }
    }
}
