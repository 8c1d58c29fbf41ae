import SchemaTranslation
package import WireKit

extension VerificationReport {
    /// The summary for programs.
    package var json: JSON {
        .object([
            JSON.Member("tables", .array(tables.map(\.json))),
            JSON.Member("rows", .integer(rowCount)),
            JSON.Member("seconds", .number(duration.inSecondsRounded)),
            JSON.Member("exit_status", .integer(Int(exitStatus.rawValue))),
        ])
    }
}

extension TableVerification {
    fileprivate var json: JSON {
        var members = [
            JSON.Member("source", .string(source.description)),
            JSON.Member("target", target.map { .string($0.description) } ?? .null),
        ]
        switch outcome {
        case .skipped(let reason):
            members.append(JSON.Member("outcome", .string("skipped")))
            members.append(JSON.Member("reason", .string(SkippedTable(table: source, reason: reason).explanation)))
        case .failed(let error):
            members.append(JSON.Member("outcome", .string("failed")))
            members.append(JSON.Member("reason", .string(error.withoutTable)))
        case .compared(let comparison):
            members.append(JSON.Member("outcome", .string(comparison.isEqual ? "equal" : "different")))
            members += comparison.members
        }
        members.append(JSON.Member("seconds", .number(duration.inSecondsRounded)))
        return .object(members)
    }
}

extension TableComparison {
    fileprivate var members: [JSON.Member] {
        [
            JSON.Member("source_rows", .integer(sourceRowCount)),
            JSON.Member("target_rows", .integer(targetRowCount)),
            JSON.Member("missing", .integer(missingCount)),
            JSON.Member("extra", .integer(extraCount)),
            JSON.Member("differing", .integer(differingCount)),
            JSON.Member("unrepresentable", .integer(unrepresentableCount)),
            JSON.Member("counts_are_lower_bounds", .boolean(areCountsLowerBounds)),
            JSON.Member("changed_meanwhile", .boolean(changedMeanwhile)),
            JSON.Member("examples", .array(examples.map(\.json))),
        ]
    }
}

extension RowDifference {
    fileprivate var json: JSON {
        var members = [
            JSON.Member("key", .object(key.map { JSON.Member($0.name, Self.text($0.value)) }))
        ]
        switch kind {
        case .missing: members.append(JSON.Member("kind", .string("missing")))
        case .extra: members.append(JSON.Member("kind", .string("extra")))
        case .differing(let columns):
            members.append(JSON.Member("kind", .string("differing")))
            members.append(JSON.Member("columns", .array(columns.map(\.json))))
        case .unrepresentable(let column, let reason):
            members.append(JSON.Member("kind", .string("unrepresentable")))
            members.append(JSON.Member("column", Self.text(column)))
            members.append(JSON.Member("reason", .string(reason.description)))
        }
        return .object(members)
    }

    fileprivate static func text(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }
}

extension RowDifference.ColumnDifference {
    fileprivate var json: JSON {
        .object([
            JSON.Member("name", .string(name)),
            JSON.Member("source", RowDifference.text(source)),
            JSON.Member("target", RowDifference.text(target)),
        ])
    }
}
