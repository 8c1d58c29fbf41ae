/// A table whose changes triggers carry to the target, each through a foreign table of the extension scylla_fdw.
package struct FollowedTable: Hashable, Sendable {
    package let plan: TablePlan
    /// Where the foreign tables are.
    package let foreignSchema: String
    /// By index into the plan's columns.
    package let carriers: [ForeignCarrier]

    /// - Throws: `Obstacle` when the extension cannot be told of such a table.
    package init(_ plan: TablePlan, foreignSchema: String) throws(Obstacle) {
        var carriers: [ForeignCarrier] = []
        for column in plan.columns {
            guard let carrier = ForeignCarrier(column.targetType), !(carrier.isList && column.isKey) else {
                throw .listInKey(column: column.name)
            }
            carriers.append(carrier)
        }
        for name in plan.key.map({ plan.columns[$0].name })
        where name.contains(",") || name.first == " " || name.last == " " {
            throw .keyName(column: name)
        }
        self.plan = plan
        self.foreignSchema = foreignSchema
        self.carriers = carriers
    }

    /// What the extension cannot be told, whatever its version.
    package enum Obstacle: Error, Hashable, Sendable {
        case listInKey(column: String)
        case keyName(column: String)
    }

    // MARK: Names

    package var foreignTable: QualifiedName { QualifiedName(foreignSchema, plan.source.name) }

    package var function: QualifiedName {
        QualifiedName(plan.source.schema, PostgresName.suffixed(plan.source.name, "_scylla_replication"))
    }

    /// Fires once per changed row, when its transaction commits.
    package var rowTrigger: String { PostgresName.suffixed(plan.source.name, "_scylla_replication_trigger") }

    /// Fires once per TRUNCATE.
    package var truncateTrigger: String { PostgresName.suffixed(plan.source.name, "_scylla_replication_truncate") }

    /// Relations that need a row trigger of their own: partitions are given their parent's, children of plain
    /// inheritance are not.
    package var rowTriggerRelations: [QualifiedName] {
        isPartitioned ? [plan.source] : plan.leaves.filter { !$0.isForeign }.map(\.name)
    }

    /// Relations that a TRUNCATE can name.
    package var truncateTriggerRelations: [QualifiedName] {
        let leaves = plan.leaves.filter { !$0.isForeign }.map(\.name)
        return isPartitioned ? [plan.source] + leaves : leaves
    }

    /// A partitioned table holds no rows of its own.
    private var isPartitioned: Bool { !plan.leaves.contains { $0.name == plan.source } }
}

extension FollowedTable.Obstacle: CustomStringConvertible {
    package var description: String {
        switch self {
        case .listInKey(let column):
            "scylla_fdw cannot read a list back, and column \"\(column)\" of the key is one"
        case .keyName(let column):
            "scylla_fdw cannot be told of a key column named \"\(column)\""
        }
    }
}

// MARK: - Foreign table

extension FollowedTable {
    /// What the catalogue's comment on the foreign table says when it is the one that `createForeignTableStatement`
    /// makes.
    package var foreignTableComment: String {
        "written by pgscylla, definition \(TargetName.hexadecimalHash(of: createForeignTableStatement))"
    }

    package var createForeignTableStatement: String {
        let columns = zip(plan.columns, carriers).map { column, carrier in
            "    \(quotedIdentifier(column.name)) \(carrier.sqlType)"
        }
        let key = plan.key.map { plan.columns[$0].name }.joined(separator: ", ")
        return """
            CREATE FOREIGN TABLE \(foreignTable.quoted) (
            \(columns.joined(separator: ",\n"))
            ) SERVER \(ForeignServer.name) OPTIONS (
                keyspace \(quotedLiteral(plan.target.schema)),
                "table" \(quotedLiteral(plan.target.name)),
                primary_key \(quotedLiteral(key))
            )
            """
    }

    /// Gives the foreign table its comment.
    package var commentStatement: String {
        "COMMENT ON FOREIGN TABLE \(foreignTable.quoted) IS \(quotedLiteral(foreignTableComment))"
    }

    /// Statements that make the extension prepare what the triggers will ask for, and write nothing.
    ///
    /// Reading by a boolean key is left out: PostgreSQL keeps that condition to itself, and all rows would be fetched.
    package var rehearsalStatements: [String] {
        let values = carriers.map { "NULL::\($0.sqlType)" }.joined(separator: ", ")
        let writing = [
            "INSERT INTO \(foreignTable.quoted) SELECT \(values) WHERE false",
            "DELETE FROM \(foreignTable.quoted) WHERE false",
        ]
        guard !plan.key.contains(where: { carriers[$0].scalar == .boolean }) else { return writing }
        let key = plan.key.map { index in
            "\(quotedIdentifier(plan.columns[index].name)) = \(carriers[index].scalar.rehearsalValue)"
        }
        return writing + ["SELECT 1 FROM \(foreignTable.quoted) WHERE \(key.joined(separator: " AND "))"]
    }
}

extension ForeignScalar {
    /// Any value that a key may have.
    fileprivate var rehearsalValue: String {
        switch self {
        case .smallint, .integer, .bigint, .real, .double, .numeric, .milliseconds: "'0'::\(sqlType)"
        case .boolean: "'false'::boolean"
        case .text: "'0'::text"
        case .bytea: "'\\x00'::bytea"
        case .date: "'1970-01-01'::date"
        case .time: "'00:00:00'::time"
        case .uuid: "'00000000-0000-0000-0000-000000000000'::uuid"
        case .inet: "'127.0.0.1'::inet"
        }
    }
}
