/// Which tables of a schema to migrate.
package struct TableSelection: Hashable, Sendable {
    /// Patterns of `--tables`; empty means every table.
    package var included: [TablePattern]
    /// Patterns of `--exclude`, which win.
    package var excluded: [TablePattern]

    package init(included: [TablePattern] = [], excluded: [TablePattern] = []) {
        self.included = included
        self.excluded = excluded
    }

    /// The selected tables in their order.
    ///
    /// - Throws: `PlanError` naming a pattern that matches nothing: a typing error must not silently leave a table out.
    package func select(from snapshot: SchemaSnapshot) throws(PlanError) -> [SourceTable] {
        for pattern in included {
            try require(pattern, of: "--tables", in: snapshot)
        }
        for pattern in excluded {
            try require(pattern, of: "--exclude", in: snapshot)
        }
        return snapshot.tables.filter { table in
            (included.isEmpty || included.contains { $0.matches(table.name) })
                && !excluded.contains { $0.matches(table.name) }
        }
    }

    private func require(
        _ pattern: TablePattern,
        of option: String,
        in snapshot: SchemaSnapshot
    ) throws(PlanError) {
        if snapshot.tables.contains(where: { pattern.matches($0.name) }) { return }
        throw .patternMatchesNothing(pattern: pattern.text, option: option, hint: hint(for: pattern, in: snapshot))
    }

    private func hint(for pattern: TablePattern, in snapshot: SchemaSnapshot) -> String? {
        let covered = snapshot.coveredRelations.filter { pattern.matches(QualifiedName(snapshot.schema, $0.key)) }
        if let (name, parent) = covered.min(by: { $0.key < $1.key }) {
            return "\(name) is copied as part of \(parent)"
        }
        guard !snapshot.tables.isEmpty else { return nil }
        let names = snapshot.tables.map(\.name.name)
        let more = names.count > 10 ? ", …" : ""
        return "schema \(snapshot.schema) has \(names.prefix(10).joined(separator: ", "))\(more)"
    }
}
