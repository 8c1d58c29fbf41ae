import SchemaTranslation

extension VerificationReport {
    /// The summary for people: a line per table, and below it the rows that show how it differs.
    package var text: String {
        let width = tables.map(\.source.description.count).max() ?? 0
        var lines: [String] = []
        for table in tables {
            let name = table.source.description
            lines.append("\(name)\(String(repeating: " ", count: width - name.count))  \(table.summary)")
            if case .compared(let comparison) = table.outcome {
                lines += comparison.examples.map { "  \($0)" }
            }
        }
        let seconds = duration.inSeconds
        let rate = seconds > 0 ? Int(min(Double(rowCount) / seconds, 1e15)) : 0
        lines.append(
            "\(verdict): \(Quantity.count(rowCount, "row")) of both sides read in \(Quantity.tenths(seconds)) s "
                + "(\(Quantity.count(rate)) rows/s)"
        )
        return lines.joined(separator: "\n") + "\n"
    }

    private var verdict: String {
        let incomplete = tables.count(where: \.isIncomplete)
        let compared = tables.count { if case .compared = $0.outcome { true } else { false } }
        if incomplete > 0 {
            return "\(Quantity.count(incomplete)) of \(Quantity.count(tables.count, "table")) not equal"
        }
        let equal = compared == 1 ? "1 table equal" : "\(Quantity.count(compared)) tables equal"
        return compared == tables.count ? equal : "\(equal), \(Quantity.count(tables.count - compared)) skipped"
    }
}

extension TableVerification {
    /// The table's line after its name.
    fileprivate var summary: String {
        switch outcome {
        case .skipped(let reason):
            return "skipped: \(SkippedTable(table: source, reason: reason).explanation)"
        case .failed(let error):
            return "failed: \(error.withoutTable)"
        case .compared(let comparison):
            return "\(comparison.summary), \(Quantity.tenths(duration.inSeconds)) s"
        }
    }
}

extension TableComparison {
    fileprivate var summary: String {
        guard !isEqual else { return "equal: \(Quantity.count(sourceRowCount, "row"))" }
        let least = areCountsLowerBounds ? "at least " : ""
        var parts: [String] = []
        if missingCount > 0 { parts.append("\(least)\(Quantity.count(missingCount)) missing in ScyllaDB") }
        if extraCount > 0 { parts.append("\(least)\(Quantity.count(extraCount)) only in ScyllaDB") }
        if differingCount > 0 { parts.append("\(least)\(Quantity.count(differingCount)) with other values") }
        if unrepresentableCount > 0 {
            parts.append("\(Quantity.count(unrepresentableCount)) that ScyllaDB cannot hold")
        }
        if unexaminedPartCount > 0 {
            parts.append("\(Quantity.count(unexaminedPartCount, "part")) with differences not looked into")
        }
        if changedMeanwhile {
            parts.append("ScyllaDB's rows changed while they were read: verify again when nobody writes to it")
        }
        return "NOT EQUAL: \(Quantity.count(sourceRowCount, "row")) in PostgreSQL, "
            + "\(Quantity.count(targetRowCount)) in ScyllaDB: \(parts.joined(separator: ", "))"
    }
}

extension RowDifference: CustomStringConvertible {
    /// One line: the kind, the key, and what differs.
    package var description: String {
        switch kind {
        case .missing: return "missing in ScyllaDB: \(keyText)"
        case .extra: return "only in ScyllaDB: \(keyText)"
        case .differing(let columns):
            let texts = columns.map { column in
                "\(column.name) is \(Self.shown(column.source)) in PostgreSQL, "
                    + "\(Self.shown(column.target)) in ScyllaDB"
            }
            return "other values: \(keyText): \(texts.joined(separator: "; "))"
        case .unrepresentable(let column, let reason):
            return "cannot be held: \(keyText): \(column.map { "\($0): " } ?? "")\(reason)"
        }
    }

    private var keyText: String {
        key.map { "\($0.name) = \(Self.shown($0.value))" }.joined(separator: ", ")
    }

    /// A value on one line; of a long one, the beginning.
    private static func shown(_ value: String?) -> String {
        guard let value else { return "null" }
        let line = value.prefix(120).map { $0.isNewline ? "\\n" : String($0) }.joined()
        return value.count > 120 ? line + "…" : line
    }
}
