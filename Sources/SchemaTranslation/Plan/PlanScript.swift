/// The plan as a CQL script: everything that people want to know stands in its comments.
package struct PlanScript: Hashable, Sendable {
    package var plan: MigrationPlan
    /// The keyspace with its replication; nil as long as the target has not told its datacentre.
    package var keyspace: KeyspaceDefinition?
    /// Why the target is not described.
    package var remark: String?
    /// What the target's keyspace holds already, by name.
    package var existingTables: [String: TargetTable] = [:]
    /// Readers that will share the work.
    package var readerCount: Int

    package init(of plan: MigrationPlan, keyspace: KeyspaceDefinition? = nil, readerCount: Int) {
        self.plan = plan
        self.keyspace = keyspace
        self.readerCount = readerCount
    }

    /// The script, ending with a line feed.
    package var text: String {
        var lines = [
            "-- PostgreSQL schema \(quotedIdentifier(plan.schema)) to keyspace \(quotedIdentifier(plan.keyspace)): "
                + Quantity.count(plan.tables.count, "table")
                + (plan.skippedTables.isEmpty ? "" : ", \(plan.skippedTables.count) skipped")
        ]
        if plan.keyspace != plan.requestedKeyspace {
            lines.append("-- renamed: keyspace \(plan.requestedKeyspace) is \(plan.keyspace) in the target")
        }
        lines += plan.skippedTables.map { "-- skipped: \($0)" }
        lines += plan.notes.map { "-- note: \($0)" }
        lines += [""]
        if let keyspace {
            lines += ["\(keyspace.createStatement);"]
        } else {
            lines += [
                "-- The keyspace's replication depends on the target's datacentre, which could not be asked for"
                    + (remark.map { ": \($0)" } ?? ".")
            ]
        }
        for table in plan.tables {
            lines += [""] + comments(on: table).map { "-- \($0)" } + ["\(table.createTableStatement);"]
        }
        return lines.map(Self.singleLineComment).joined(separator: "\n") + "\n"
    }

    private func comments(on table: TablePlan) -> [String] {
        let rows = table.estimatedRowCount.map { "about \(Quantity.count($0, "row"))" } ?? "rows never counted"
        let splitCount = table.splits(readerCount: readerCount).count
        var lines = [
            "\(table.source): \(rows), \(Quantity.bytes(table.byteCount)), \(Quantity.count(splitCount, "split"))"
        ]
        if table.target.name != table.source.name {
            lines.append("  renamed: \(table.source.name) is \(table.target.name) in the target")
        }
        if let existing = existingTables[table.target.name] {
            let differences = table.differences(from: existing)
            lines.append(
                differences.isEmpty
                    ? "  exists already: rows are written into it"
                    : "  exists already, with another shape: \(differences.joined(separator: ", "))"
            )
        }
        let nameWidth = table.columns.map(\.name.count).max() ?? 0
        let typeWidth = table.columns.map(\.sourceType.count).max() ?? 0
        for column in table.columns {
            lines.append(
                "  \(Self.pad(column.name, nameWidth))  \(Self.pad(column.sourceType, typeWidth))"
                    + "  ->  \(column.targetType.cql)"
            )
        }
        return lines + table.notes.map { "  note: \($0)" }
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// Names may hold line feeds, and what follows one would no longer be a comment.
    private static func singleLineComment(_ line: String) -> String {
        guard line.hasPrefix("--"), line.unicodeScalars.contains(where: isLineBreak) else { return line }
        var shown = ""
        for scalar in line.unicodeScalars {
            shown.unicodeScalars.append(isLineBreak(scalar) ? "\u{FFFD}" : scalar)
        }
        return shown
    }

    private static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || scalar.value == 0x7F || scalar == "\u{85}" || scalar == "\u{2028}"
            || scalar == "\u{2029}"
    }
}
