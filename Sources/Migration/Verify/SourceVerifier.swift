import PostgresClient
import SchemaTranslation
import WireKit

/// Reads splits of the source for comparison, over one session that is inside the snapshot; confined to its lane.
struct SourceVerifier {
    let postgres: PostgresConnection
    let key: DigestKey
    let board: VerificationBoard

    /// Gives every row of `split` that the target can hold to `sink`.
    ///
    /// - Returns: the rows that it cannot hold.
    /// - Throws: `MigrationError` for the table.
    func read(
        _ split: CopySplit,
        of plan: TablePlan,
        into sink: inout some CanonicalRowSink,
        exampleLimit: Int
    ) async throws(MigrationError) -> VerificationSchedule.Rejections {
        var rejections = VerificationSchedule.Rejections()
        var loop = SourceRowLoop(plan, key: key)
        try await plan.reading { () async throws(PostgresError) in
            try await postgres.startCopyOut(plan.copyStatement(for: split))
        }
        var counted = 0
        while true {
            let step = loop.consume(&postgres.input, into: &sink)
            board.add(rows: sink.rowCount - counted)
            counted = sink.rowCount
            switch step {
            case .needInput:
                try await plan.reading { () async throws(PostgresError) in try await postgres.fillInput() }
            case .careful(let tuple):
                let offset = tuple.lowerBound - postgres.input.readIndex
                let bytes = postgres.input.take(tuple.upperBound - postgres.input.readIndex)[offset...]
                do throws(WireError) {
                    guard let rejection = try loop.take(carefully: bytes, into: &sink) else { continue }
                    rejections.count += 1
                    try sink.reject(bytes, rejection, plan)
                    guard rejections.examples.count < exampleLimit else { continue }
                    rejections.examples.append(try RowDifference(rejection, tuple: bytes, plan: plan))
                } catch {
                    postgres.close()
                    throw plan.unreadable(error)
                }
            case .malformed(let defect):
                postgres.close()
                throw plan.unreadable(defect)
            case .endOfData:
                var isOver = false
                try await plan.reading { () async throws(PostgresError) in
                    if case .complete = try await postgres.finishCopyOut() { isOver = true }
                }
                if isOver { return rejections }
            }
        }
    }
}

extension RowDifference {
    /// A row that the target cannot hold.
    ///
    /// - Throws: `WireError` when the tuple is not one of this table.
    fileprivate init(_ rejection: Rejection, tuple: ArraySlice<UInt8>, plan: TablePlan) throws(WireError) {
        let row = try RejectedRow(rejection, tuple: tuple, plan: plan)
        self.init(
            key: row.key.map { NamedValue($0.name, $0.value) },
            kind: .unrepresentable(column: row.column, reason: row.reason)
        )
    }
}
