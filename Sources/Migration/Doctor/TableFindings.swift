import SchemaTranslation

/// What the role's permissions on a schema, and the shape of its tables, mean for a migration.
enum TableFindings {
    /// Names that are listed before the rest is counted.
    private static let nameLimit = 5

    /// The schema does not exist.
    static func missing(_ schema: String, existing: [String]) -> Finding {
        .problem(
            "schema",
            "\(schema) does not exist",
            remedy: existing.isEmpty
                ? "check --postgres-db: it has no schemas"
                : "check --postgres-source-schema: there are \(listed(existing))"
        )
    }

    /// - Parameters:
    ///   - tables: of the schema, with what is below them.
    ///   - schema: its name.
    ///   - mayUse: whether the role has USAGE on it.
    ///   - role: the role.
    /// - Returns: the schema's finding, and those of its tables if the role gets at them.
    static func findings(_ tables: [TableFacts], of schema: String, mayUse: Bool, role: String) -> [Finding] {
        guard mayUse else {
            let grant = "GRANT USAGE ON SCHEMA \(quotedIdentifier(schema)) TO \(quotedIdentifier(role))"
            return [.problem("schema", "\(schema) is closed to \(role)", remedy: grant)]
        }
        // Partitions are read in their table's place; people count tables.
        let roots = tables.filter { !$0.isPartition }
        guard !roots.isEmpty else {
            return [.problem("schema", "\(schema) has no tables", remedy: "check --postgres-source-schema")]
        }
        return [
            .ok("schema", "\(schema), \(Quantity.count(roots.count, "table"))"),
            reading(tables, role: role), rowSecurity(tables, role: role), keys(roots), identity(tables),
        ]
    }

    private static func reading(_ tables: [TableFacts], role: String) -> Finding {
        let closed = tables.filter { !$0.mayRead }
        guard !closed.isEmpty else { return .ok("SELECT", "on every table") }
        let schemas = Set(closed.map(\.schema)).sorted().map { quotedIdentifier($0) }.joined(separator: ", ")
        return .problem(
            "SELECT",
            "not on \(listed(closed))",
            remedy: "GRANT SELECT ON ALL TABLES IN SCHEMA \(schemas) TO \(quotedIdentifier(role)), or use --exclude"
        )
    }

    private static func rowSecurity(_ tables: [TableFacts], role: String) -> Finding {
        let hidden = tables.filter(\.isRowSecurityActive)
        guard !hidden.isEmpty else { return .ok("row security", "hides no rows") }
        return .problem(
            "row security",
            "may hide rows of \(listed(hidden)), which are left out therefore",
            remedy: "ALTER ROLE \(quotedIdentifier(role)) BYPASSRLS, or connect as their owner"
        )
    }

    private static func keys(_ roots: [TableFacts]) -> Finding {
        let keyless = roots.filter { !$0.hasKey }
        guard !keyless.isEmpty else { return .ok("primary keys", "on every table") }
        return .note(
            "primary keys",
            "none on \(listed(keyless)), which are left out therefore",
            remedy: "add a primary key, which CQL requires"
        )
    }

    private static func identity(_ tables: [TableFacts]) -> Finding {
        let keyed = tables.filter(\.hasKey)
        let silent = keyed.filter { $0.hasNoIdentity && !$0.isUnlogged }
        let unlogged = keyed.filter(\.isUnlogged)
        var details: [String] = []
        var remedies: [String] = []
        if !silent.isEmpty {
            details.append("none on \(listed(silent))")
            remedies.append("ALTER TABLE … REPLICA IDENTITY DEFAULT")
        }
        if !unlogged.isEmpty {
            details.append("\(listed(unlogged)) unlogged")
            remedies.append("ALTER TABLE … SET LOGGED")
        }
        guard !details.isEmpty else { return .ok("replica identity", "on every table with a primary key") }
        return .note(
            "replica identity",
            details.joined(separator: "; ") + ": later changes cannot be followed by logical replication",
            remedy: remedies.joined(separator: ", ")
        )
    }

    private static func listed(_ tables: [TableFacts]) -> String {
        listed(tables.map { "\($0.schema).\($0.name)" })
    }

    private static func listed(_ names: [String]) -> String {
        let first = names.prefix(nameLimit).joined(separator: ", ")
        return names.count > nameLimit ? "\(first) and \(Quantity.count(names.count - nameLimit)) more" : first
    }
}
