import SchemaTranslation
package import WireKit

extension RunReport {
    /// The summary for people: a line per table, and what to do about those that did not come through.
    package var text: String {
        let width = tables.map(\.source.description.count).max() ?? 0
        var lines = tables.map { table in
            let name = table.source.description
            let parts = [table.summary, table.followingSummary, table.truncationSummary].compactMap(\.self)
            return "\(name)\(String(repeating: " ", count: width - name.count))  \(parts.joined(separator: ", "))"
        }
        let seconds = duration.inSeconds
        let rate = seconds > 0 ? Int(min(Double(rowCount) / seconds, 1e15)) : 0
        lines.append(
            "\(Quantity.count(rowCount, "row")) in \(Quantity.tenths(seconds)) s (\(Quantity.count(rate)) rows/s)"
        )
        if rejectedRowCount > 0 {
            lines.append(
                "\(Quantity.count(rejectedRowCount, "row")) rejected: see \(rejectsPath) for each with its reason"
            )
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The summary for programs.
    package var json: JSON {
        .object([
            JSON.Member("tables", .array(tables.map(\.json))),
            JSON.Member("rows", .integer(rowCount)),
            JSON.Member("rejected_rows", .integer(rejectedRowCount)),
            JSON.Member("rejects_file", rejectedRowCount > 0 ? .string(rejectsPath) : .null),
            JSON.Member("seconds", .number(duration.inSecondsRounded)),
            JSON.Member("exit_status", .integer(Int(exitStatus.rawValue))),
        ])
    }
}

extension TableReport {
    /// The table's line after its name.
    fileprivate var summary: String {
        switch outcome {
        case .created:
            return "created, not filled"
        case .skipped(let reason):
            return "skipped: \(SkippedTable(table: source, reason: reason).explanation)"
        case .failed(let error):
            return "failed after \(Quantity.count(rowCount, "row")): \(error.withoutTable)"
        case .copied:
            var parts = ["\(Quantity.count(rowCount, "row")) in \(Quantity.tenths(duration.inSeconds)) s"]
            if rejectedRowCount > 0 { parts.append("\(Quantity.count(rejectedRowCount)) rejected") }
            if flooredValueCount > 0 {
                parts.append("\(Quantity.count(flooredValueCount, "timestamp")) floored to milliseconds")
            }
            return parts.joined(separator: ", ")
        }
    }

    fileprivate var followingSummary: String? {
        switch following {
        case .notWanted: nil
        case .following: "followed"
        case .failed(let error): "NOT FOLLOWED: \(error.withoutTable)"
        }
    }

    fileprivate var truncationSummary: String? {
        guard isTruncatedAtSource, let target else { return nil }
        return "truncated in PostgreSQL, but not in ScyllaDB: TRUNCATE \(target) there and run setup again"
    }

    fileprivate var json: JSON {
        var members = [
            JSON.Member("source", .string(source.description)),
            JSON.Member("target", target.map { .string($0.description) } ?? .null),
        ]
        switch outcome {
        case .copied: members.append(JSON.Member("outcome", .string("copied")))
        case .created: members.append(JSON.Member("outcome", .string("created")))
        case .skipped(let reason):
            members.append(JSON.Member("outcome", .string("skipped")))
            members.append(
                JSON.Member("reason", .string(SkippedTable(table: source, reason: reason).explanation))
            )
        case .failed(let error):
            members.append(JSON.Member("outcome", .string("failed")))
            members.append(JSON.Member("reason", .string(error.withoutTable)))
        }
        switch following {
        case .notWanted: break
        case .following: members.append(JSON.Member("followed", .boolean(true)))
        case .failed(let error):
            members.append(JSON.Member("followed", .boolean(false)))
            members.append(JSON.Member("not_followed_because", .string(error.withoutTable)))
        }
        if isTruncatedAtSource { members.append(JSON.Member("truncated_in_source", .boolean(true))) }
        return .object(
            members + [
                JSON.Member("rows", .integer(rowCount)),
                JSON.Member("rejected_rows", .integer(rejectedRowCount)),
                JSON.Member("floored_values", .integer(flooredValueCount)),
                JSON.Member("seconds", .number(duration.inSecondsRounded)),
            ]
        )
    }
}

extension MigrationError {
    /// The sentence for a line that names the table already.
    var withoutTable: String {
        var error = self
        error.table = nil
        return error.description
    }
}

extension Duration {
    /// In seconds, to the millisecond: more digits say nothing.
    var inSecondsRounded: Double { (inSeconds * 1000).rounded() / 1000 }
}
